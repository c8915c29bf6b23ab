import type { SessionSpec } from './device-session.js';

// What a model of a few million parameters computes for so many tokens stays in the caches of one core. With 4096 tokens a run,
// two sessions side by side wait for memory: models of 1M to 30M parameters took 5 to 30% longer (measured, two cores).
const TOKENS_OF_ONE_THREAD = 1024;

/** Padded tokens that a scoring run holds at most, where its batch may hold more: batches are for sending, runs for computing. */
export function runBound({ device, threads }: Pick<SessionSpec, 'device' | 'threads'>): number {
  return device === 'cpu' && threads === 1 ? TOKENS_OF_ONE_THREAD : Infinity;
}
