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
 * Answers a batch, in ever smaller parts while memory does not suffice, down to a row at a time. `onCut` hears of
 * every halving. Which rows run together may move the last digits of an answer, never more.
 */
export async function withBackOff(
  work: BatchWork,
  answer: (work: BatchWork) => Promise<BatchAnswer>,
  onCut: () => void,
): Promise<BatchAnswer> {
  try {
    return await answer(work);
  } catch (error) {
    const smaller = isOutOfMemory(error) ? halve(work) : null;
    if (smaller === null) throw error;
    onCut();
    const [first, second] = smaller;
    if (second === null) return await withBackOff(first, answer, onCut);
    const answers = [await withBackOff(first, answer, onCut), await withBackOff(second, answer, onCut)];
    return joined(answers as GenerateAnswer[]);
  }
}

/** A batch in two parts, or (scores, whose rows are cut into runs anyway) with a smaller bound; null for what cannot be smaller. */
function halve(work: BatchWork): [first: BatchWork, second: BatchWork | null] | null {
  if (work.kind === 'generate') return halveGeneration(work);
  const longest = work.rows.rowLengths.reduce((most, length) => Math.max(most, length), 0);
  const all = longest * work.rows.rowLengths.length;
  const bound = Math.min(work.maxBatchTokens, all);
  return bound <= longest
    ? null
    : [{ ...work, maxBatchTokens: Math.max(longest, Math.floor(bound / 2)) }, null];
}

function halveGeneration(work: GenerateWork): [GenerateWork, GenerateWork] | null {
  const middle = Math.ceil(work.lengths.length / 2);
  if (work.lengths.length < 2) return null;
  const cut = offsetsOf(work.lengths)[middle] ?? 0;
  return [
    { ...work, tokens: work.tokens.subarray(0, cut), lengths: work.lengths.subarray(0, middle) },
    { ...work, tokens: work.tokens.subarray(cut), lengths: work.lengths.subarray(middle) },
  ];
}

function joined(answers: readonly GenerateAnswer[]): GenerateAnswer {
  return {
    kind: 'generate',
    generations: answers.flatMap(({ generations }) => generations),
    promptTokens: answers.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    computedTokens: answers.reduce((sum, { computedTokens }) => sum + computedTokens, 0),
  };
}
