import { expect, test } from 'vitest';
import { checkReach, checkTrees, type Reach, type TreeCheck } from '../../src/session/check-trees.js';
import type { ScoreWork } from '../../src/session/batch-work.js';
import type { TreeScorer } from '../../src/session/score-trees.js';

const WINDOW = 100;
const ANSWER = { kind: 'score', greedy: new Uint8Array(1), promptTokens: 0, computedTokens: 0 } as const;

/** A model whose loglikelihoods fall by so much where what is scored does not see the first column. */
function scorerOf(loss: number): TreeScorer {
  const score = ({ trees }: ScoreWork) => {
    const last = Math.max(...(trees?.columns ?? []));
    return { loglikelihoods: Float64Array.of(last < WINDOW ? -4 : -4 - loss) };
  };
  return { score: async (work: ScoreWork) => await Promise.resolve(score(work)) } as unknown as TreeScorer;
}

const check = (arithmetic: TreeCheck['arithmetic'], firstPass: TreeCheck['firstPass'] = null): TreeCheck => ({
  vocabularySize: 257,
  arithmetic,
  firstPass,
});
const columns = (width: number): Reach => ({ columns: width, tokens: width });

test.each(['float32', 'float16', 'rounded'] as const)(
  'a hundredth of a nat across the branches of long rows is too much for arithmetic in %s',
  async (arithmetic) => {
    expect(await checkReach(scorerOf(0.01), columns(WINDOW), check(arithmetic))).toBeNull();
    expect(await checkReach(scorerOf(0.01), columns(WINDOW + 1), check(arithmetic))).toMatch(
      /counts columns/,
    );
    expect(await checkReach(scorerOf(1e-5), columns(2 * WINDOW), check(arithmetic))).toBeNull();
  },
);

test('a merged decoder branches only where its pass behind a cache scores texts as its first pass does', async () => {
  const asked: number[] = [];
  const firstPass = async ({ rows }: ScoreWork) => {
    asked.push(rows.tokens.length);
    const loglikelihoods = Float64Array.of(rows.tokens.length > WINDOW ? -4.5 : -4);
    return await Promise.resolve({ ...ANSWER, loglikelihoods });
  };
  const merged = check('float32', firstPass);
  expect(await checkTrees(scorerOf(0), merged)).toBeNull();
  expect(await checkReach(scorerOf(0), { columns: 2 * WINDOW, tokens: WINDOW }, merged)).toBeNull();
  expect(await checkReach(scorerOf(0), columns(2 * WINDOW), merged)).toBe(
    'its passes with a cache and without differ by 0.50 nats',
  );
  expect(asked).toEqual([8, WINDOW, 2 * WINDOW]);
});
