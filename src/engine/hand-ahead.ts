import type { BatchSize } from './deadline.js';

// A batch shorter than this goes to a worker that still has one: the others wait no longer than this for one that could have been
// theirs.
const SHORT_MS = 20;

/** Batches that a worker holds at most: the one that it works on, and its next. */
export const BATCHES_A_WORKER = 2;

// Times are those of the slowest batch of a kind, so that work is counted at more than it is.
const MARGIN = 2;

/** As much of a waiting batch as it takes to say when it goes out. */
export interface SizedBatch {
  /** Threads that it takes from the pool while it runs. */
  readonly threads: number;
  readonly size: BatchSize;
}

/** What is known of a queue when its next batch is looked at. */
export interface QueueState {
  readonly workers: number;
  readonly running: readonly SizedBatch[];
  /** What waits behind the next batch. */
  readonly behind: readonly SizedBatch[];
  /** Milliseconds that a batch takes at most; null where nothing like it ran. */
  readonly msOf: (size: BatchSize) => number | null;
}

/**
 * Whether a batch may go to a worker that still has one, so that it finds its next at once instead of waiting for an answer to be
 * read: where nobody else could take it sooner, where it is short, or where enough is left to do for the others meanwhile.
 */
export function mayGoAhead(next: SizedBatch, { workers, running, behind, msOf }: QueueState): boolean {
  if (running.length >= BATCHES_A_WORKER * workers) return false;
  if ([next, ...running].some(({ threads }) => threads !== 1)) return false;
  if (workers === 1) return true;
  const ms = msOf(next.size);
  if (ms !== null && ms < SHORT_MS) return true;
  const longest = running.reduce((most, { size }) => Math.max(most, msOf(size) ?? Infinity), 0);
  let left = 0;
  for (const { size } of behind) {
    left += msOf(size) ?? 0;
    if (left >= MARGIN * longest) return true;
  }
  return false;
}
