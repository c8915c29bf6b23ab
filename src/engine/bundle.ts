import type { BatchSize } from './deadline.js';
import type { SizedBatch } from './hand-ahead.js';

// A message to a worker and its answer wake two threads, which takes about as long as the shortest batches do. What takes no longer
// than this together goes as one: an answer waits no longer for those behind it.
const SHORT_MS = 10;

/** A batch as far as it matters for what goes with it. */
export interface BundledBatch extends SizedBatch {
  readonly modelFile: string;
  /** Nothing else runs beside it. */
  readonly alone: boolean;
}

/** How many of the batches that wait, from the first, go to a worker together: one, or several short ones of one model. */
export function bundleLength(
  waiting: readonly BundledBatch[],
  msOf: (size: BatchSize) => number | null,
): number {
  const [first] = waiting;
  let left = SHORT_MS;
  const end = waiting.findIndex((batch) => {
    left -= msOf(batch.size) ?? Infinity;
    const isAlike = batch.modelFile === first?.modelFile && batch.threads === first.threads;
    return left < 0 || batch.alone || !isAlike;
  });
  return end === -1 ? waiting.length : Math.max(1, end);
}
