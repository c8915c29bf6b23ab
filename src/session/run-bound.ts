import type { SessionSpec } from './device-session.js';

// What a model computes for so many tokens stays in the caches of a core or two. With 4096 tokens a run, two sessions of one thread
// side by side took 5 to 30% longer (1M to 30M parameters), and one of two threads 5 to 10% (30M and 143M; measured, two cores).
const LEAST_TOKENS = 1024;
// More threads have more caches, and share a run among them.
const TOKENS_A_THREAD = 512;

/** Padded tokens that a scoring run holds at most, where its batch may hold more: batches are for sending, runs for computing. */
export function runBound({ device, threads }: Pick<SessionSpec, 'device' | 'threads'>): number {
  return device === 'cpu' ? Math.max(LEAST_TOKENS, TOKENS_A_THREAD * threads) : Infinity;
}
