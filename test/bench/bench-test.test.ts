import { expect, test } from 'vitest';
import { longestSequence, parseSizes, testName, tokensOf } from '../../src/bench/bench-test.js';
import { firstWork, repetitionOf, textOf } from '../../src/bench/bench-work.js';
import { planBench } from '../../src/bench/plan-bench.js';
import { MODEL, pointOf } from './make-points.js';

test.each([
  [{ kind: 'prompt', prompt: 512 }, 'pp512', 512, 512],
  [{ kind: 'generate', generate: 128, depth: 1 }, 'tg128', 129, 128],
  [{ kind: 'generate', generate: 32, depth: 256 }, 'tg32 @ d256', 288, 31],
  [{ kind: 'both', prompt: 64, generate: 16 }, 'pp64+tg16', 80, 80],
  [{ kind: 'score', prefix: 100, choices: 4, continuation: 8 }, 'mc4x8 @ d100', 108, 132],
  [{ kind: 'tokenize', bytes: 1000 }, 'tok1000', 0, 0],
  [{ kind: 'load' }, 'load', 0, 0],
] as const)('%o is called %s', (spec, name, longest, tokens) => {
  expect(testName(spec)).toBe(name);
  expect(longestSequence(spec)).toBe(longest);
  expect(tokensOf(spec)).toBe(tokens);
});

test.each([
  ['512', [512]],
  ['128,512', [128, 512]],
  ['1-8', [1, 2, 4, 8]],
  ['100-1000*10', [100, 1000]],
  ['1-4+1', [1, 2, 3, 4]],
])('sizes %s', (text, sizes) => {
  expect(parseSizes('-b', text)).toEqual(sizes);
});

test.each(['', 'x', '0', '4-2', '1-9*1', '1-9+0', '1,,2'])('sizes %j are refused', (text) => {
  expect(() => parseSizes('--batch', text)).toThrow('Expected sizes such as 512');
});

test('the same seed and number give the same inputs, another number others', () => {
  const point = pointOf({ batch: 3 });
  expect(repetitionOf(point, 's', 1)).toEqual(repetitionOf(point, 's', 1));
  expect(repetitionOf(point, 's', 1)).not.toEqual(repetitionOf(point, 's', 2));
  expect(repetitionOf(point, 's', 1)).toMatchObject({ promptTokens: 30, generatedTokens: 0 });
});

test('generation at depth times one token and all, on the same prompts', () => {
  const { works, ...counts } = repetitionOf(
    pointOf({ batch: 2, test: { kind: 'generate', generate: 5, depth: 7 } }),
    's',
    0,
  );
  expect(works.map((work) => (work.kind === 'generate' ? work.maxNewTokens : 0))).toEqual([1, 5]);
  expect(works[0]).toMatchObject({ tokens: works[1]?.kind === 'generate' ? works[1].tokens : null });
  expect(counts).toEqual({ promptTokens: 28, generatedTokens: 12 });
});

test('choices share their prefix and are fed without their last token', () => {
  const { works } = repetitionOf(
    pointOf({ test: { kind: 'score', prefix: 6, choices: 3, continuation: 4 } }),
    's',
    0,
  );
  const [work] = works;
  if (work?.kind !== 'score') throw new Error('no score');
  expect([...work.rows.rowLengths]).toEqual([9, 9, 9]);
  expect([...work.rows.rowContexts]).toEqual([6, 6, 6]);
  expect([...work.rows.tokens.subarray(0, 6)]).toEqual([...work.rows.tokens.subarray(9, 15)]);
});

test('a first work has one token, and text has the asked length', () => {
  expect(firstWork({ kind: 'load' })).toMatchObject({ kind: 'score' });
  expect(firstWork({ kind: 'generate', generate: 9, depth: 1 })).toMatchObject({ maxNewTokens: 1 });
  expect(textOf(100, 'a')).toHaveLength(100);
  expect(textOf(100, 'a')).not.toBe(textOf(100, 'b'));
});

test('a plan is every combination, but loading has no batch', () => {
  const axes = { models: [MODEL], devices: ['cpu'], threads: [1, 2], batches: [1, 8], concurrencies: [1] };
  const tests = [{ kind: 'prompt', prompt: 8 }, { kind: 'load' }] as const;
  expect(planBench({ ...axes, tests })).toHaveLength(6);
  expect(() => planBench({ ...axes, tests: [] })).toThrow('the axes make 0');
});
