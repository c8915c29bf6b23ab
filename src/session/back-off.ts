import type { BatchAnswer, BatchWork, GenerateAnswer, GenerateWork } from './batch-work.js';
import { offsetsOf } from './packed-rows.js';

// What onnxruntime's allocators and the JavaScript heap say when memory is short.
const OUT_OF_MEMORY =
  /bad_alloc|out of memory|failed to allocate|BFCArena|Array buffer allocation failed|Invalid typed array length/i;

/** The failure is that memory did not suffice: a smaller batch may fit. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && OUT_OF_MEMORY.test(error.message);
}

/**
 * Answers a batch; where memory does not suffice, again in parts of at most half as many tokens, down to a row at a time. `onBound`
 * hears of every new bound. The answer is a function of the batch and its bound; which rows run together may move its last digits.
 */
export async function withBackOff(
  work: BatchWork,
  answer: (work: BatchWork) => Promise<BatchAnswer>,
  onBound: (maxPartTokens: number) => void,
): Promise<BatchAnswer> {
  for (let bound = work.maxBatchTokens; ;) {
    try {
      return await inParts({ ...work, maxBatchTokens: bound }, answer);
    } catch (error) {
      const smaller = isOutOfMemory(error) ? halved(work, bound) : null;
      if (smaller === null) throw error;
      bound = smaller;
      onBound(bound);
    }
  }
}

/** Half of what runs together at a bound; null where that is a row already. */
function halved(work: BatchWork, bound: number): number | null {
  const lengths = work.kind === 'score' ? work.rows.rowLengths : work.lengths;
  const more = work.kind === 'score' ? 0 : work.maxNewTokens;
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0) + more;
  const together = Math.min(bound, longest * lengths.length);
  return together <= longest ? null : Math.max(longest, Math.floor(together / 2));
}

// Scores are cut into runs by their own programs, which know what can be shared.
async function inParts(
  work: BatchWork,
  answer: (work: BatchWork) => Promise<BatchAnswer>,
): Promise<BatchAnswer> {
  if (work.kind === 'score') return await answer(work);
  const answers: GenerateAnswer[] = [];
  for (const part of partsOf(work)) answers.push((await answer(part)) as GenerateAnswer);
  return {
    kind: 'generate',
    generations: answers.flatMap(({ generations }) => generations),
    promptTokens: answers.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    computedTokens: answers.reduce((sum, { computedTokens }) => sum + computedTokens, 0),
  };
}

/** Prompts, longest first, in parts of rows that keep to the bound. */
function partsOf(work: GenerateWork): GenerateWork[] {
  const { tokens, lengths, maxNewTokens, maxBatchTokens } = work;
  const starts = offsetsOf(lengths);
  const parts: GenerateWork[] = [];
  for (let first = 0; first < lengths.length;) {
    const rows = Math.max(1, Math.floor(maxBatchTokens / ((lengths[first] ?? 0) + maxNewTokens)));
    const end = Math.min(lengths.length, first + rows);
    parts.push({
      ...work,
      tokens: tokens.subarray(starts[first] ?? 0, starts[end] ?? 0),
      lengths: lengths.subarray(first, end),
    });
    first = end;
  }
  return parts;
}
