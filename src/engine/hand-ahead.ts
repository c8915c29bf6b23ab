import type { BatchSize } from './deadline.js';

// A bundle shorter than this goes to a worker that still has one: the others wait no longer than this for one that could have been
// theirs.
const SHORT_MS = 20;

/** Bundles of batches that a worker holds at most: the one that it works on, and its next. */
export const BUNDLES_A_WORKER = 2;

// Times are those of the slowest batch of a kind, so that work is counted at more than it is.
const MARGIN = 2;

/** As much of a waiting batch as it takes to say when it goes out. */
export interface SizedBatch {
  /** Threads that it takes from the pool while it runs. */
  readonly threads: number;
  readonly size: BatchSize;
}

/** Batches that go to a worker together. */
export type Bundle = readonly SizedBatch[];

/** What is known of a queue when its next bundle is looked at. */
export interface QueueState {
  readonly workers: number;
  readonly running: readonly Bundle[];
  /** What waits behind the next bundle. */
  readonly behind: readonly SizedBatch[];
  /** Milliseconds that a batch takes at most; null where nothing like it ran. */
  readonly msOf: (size: BatchSize) => number | null;
}

/**
 * Whether a bundle may go to a worker that still has one, so that it finds its next at once instead of waiting for an answer to be
 * read: where nobody else could take it sooner, where it is short, or where enough is left to do for the others meanwhile.
 */
export function mayGoAhead(next: Bundle, { workers, running, behind, msOf }: QueueState): boolean {
  if (running.length >= BUNDLES_A_WORKER * workers) return false;
  if ([next, ...running].flat().some(({ threads }) => threads !== 1)) return false;
  if (workers === 1) return true;
  const msOfAll = (bundle: Bundle): number =>
    bundle.reduce((sum, { size }) => sum + (msOf(size) ?? Infinity), 0);
  if (msOfAll(next) < SHORT_MS) return true;
  const longest = Math.max(0, ...running.map(msOfAll));
  let left = 0;
  for (const { size } of behind) {
    left += msOf(size) ?? 0;
    if (left >= MARGIN * longest) return true;
  }
  return false;
}
