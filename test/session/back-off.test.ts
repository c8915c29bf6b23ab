import { expect, test } from 'vitest';
import type { BatchAnswer, BatchWork } from '../../src/session/batch-work.js';
import { isOutOfMemory, withBackOff } from '../../src/session/back-off.js';
import { packRows } from '../../src/session/packed-rows.js';

const GENERATE: BatchWork = {
  kind: 'generate',
  tokens: Uint32Array.of(1, 2, 3, 4, 5, 6),
  lengths: Uint32Array.of(3, 2, 1),
  until: [],
  maxNewTokens: 1,
  maxBatchTokens: 100,
};

const row = (length: number) => ({ tokens: new Uint32Array(length), spans: [], group: 0, context: 0 });
const SCORE: BatchWork = { kind: 'score', rows: packRows([row(10), row(10), row(5)]), maxBatchTokens: 4096 };

/** A device on which only so many prompts, or so large a bound, fit. */
function tightDevice(rows: number, bound: number) {
  const asked: BatchWork[] = [];
  const answer = async (work: BatchWork): Promise<BatchAnswer> => {
    asked.push(work);
    const fits = work.kind === 'generate' ? work.lengths.length <= rows : work.maxBatchTokens <= bound;
    if (!fits) throw new Error('Failed to allocate memory for requested buffer of size 1073741824');
    const cost = { promptTokens: 1, computedTokens: 2 };
    if (work.kind === 'score') {
      return await Promise.resolve({
        kind: 'score',
        ...cost,
        loglikelihoods: new Float64Array(),
        greedy: new Uint8Array(),
      });
    }
    const text = (index: number): string => `${work.tokens.length}:${index}`;
    const generations = Array.from(work.lengths, (_, index) => ({
      text: text(index),
      nTokens: 1,
      ended: 'stop' as const,
    }));
    return { kind: 'generate', ...cost, generations };
  };
  return { asked, answer };
}

test('a generation that does not fit is halved until it does, and its answers keep their order', async () => {
  const { answer } = tightDevice(1, 0);
  const bounds: number[] = [];
  const result = await withBackOff(GENERATE, answer, (bound) => bounds.push(bound));
  expect(result).toMatchObject({
    generations: [{ text: '3:0' }, { text: '2:0' }, { text: '1:0' }],
    promptTokens: 3,
    computedTokens: 6,
  });
  expect(bounds).toEqual([6, 4]);
});

test('a scoring batch that does not fit gets a smaller bound', async () => {
  const { answer, asked } = tightDevice(0, 10);
  await withBackOff(SCORE, answer, () => undefined);
  expect(asked.map((work) => work.kind === 'score' && work.maxBatchTokens)).toEqual([4096, 15, 10]);
});

test('what does not fit a row at a time fails with what the runtime said', async () => {
  const { answer } = tightDevice(0, 0);
  await expect(withBackOff(GENERATE, answer, () => undefined)).rejects.toThrow('Failed to allocate memory');
  await expect(withBackOff(SCORE, answer, () => undefined)).rejects.toThrow('Failed to allocate memory');
});

test('any other failure is not tried again', async () => {
  let calls = 0;
  const failing = withBackOff(
    SCORE,
    async () => {
      calls++;
      return await Promise.reject(new Error('invalid shape'));
    },
    () => undefined,
  );
  await expect(failing).rejects.toThrow('invalid shape');
  expect(calls).toBe(1);
});

test.each(['std::bad_alloc', 'CUDA error: out of memory', 'BFCArena: available memory of 0 is smaller'])(
  '%s is a lack of memory',
  (message) => {
    expect(isOutOfMemory(new Error(message))).toBe(true);
  },
);
