import { expect, test } from 'vitest';
import { checkReach, type TreeCheck } from '../../src/session/check-trees.js';
import type { ScoreWork } from '../../src/session/batch-work.js';
import type { TreeScorer } from '../../src/session/score-trees.js';

const WINDOW = 100;

/** A model whose loglikelihoods fall by so much where what is scored does not see the first column. */
function scorerOf(loss: number): TreeScorer {
  const score = ({ trees }: ScoreWork) => {
    const last = Math.max(...(trees?.columns ?? []));
    return { loglikelihoods: Float64Array.of(last < WINDOW ? -4 : -4 - loss) };
  };
  return { score: async (work: ScoreWork) => await Promise.resolve(score(work)) } as unknown as TreeScorer;
}

const check = (arithmetic: TreeCheck['arithmetic']): TreeCheck => ({ vocabularySize: 257, arithmetic });

test.each(['float32', 'float16', 'rounded'] as const)(
  'a hundredth of a nat across the branches of long rows is too much for arithmetic in %s',
  async (arithmetic) => {
    expect(await checkReach(scorerOf(0.01), WINDOW, check(arithmetic))).toBeNull();
    expect(await checkReach(scorerOf(0.01), WINDOW + 1, check(arithmetic))).toMatch(/counts columns/);
    expect(await checkReach(scorerOf(1e-5), 2 * WINDOW, check(arithmetic))).toBeNull();
  },
);
