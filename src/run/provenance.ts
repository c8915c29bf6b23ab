import { describeMachine } from '../machine/describe-machine.js';
import type { RunHeader } from './run-file.js';

/** When, on what and with which versions a run began. */
export async function describeProvenance(): Promise<Pick<RunHeader, 'startedAt' | 'versions' | 'machine'>> {
  const { versions, ...machine } = await describeMachine();
  return { startedAt: new Date().toISOString(), versions, machine };
}
