import { describeMachine } from '../machine/describe-machine.js';
import { readMachineFacts } from '../machine/roof-cache.js';
import { machineIdentity } from '../machine/roof.js';
import type { RunHeader } from './run-file.js';

/** When, on what and with which versions a run began. */
export async function describeProvenance(): Promise<
  Pick<RunHeader, 'startedAt' | 'versions' | 'machine' | 'facts'>
> {
  const description = await describeMachine();
  const { versions, ...machine } = description;
  const facts = readMachineFacts(machineIdentity(description));
  return { startedAt: new Date().toISOString(), versions, machine, facts };
}
