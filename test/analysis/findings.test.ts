import { expect, test } from 'vitest';
import { analyzeCurves } from '../../src/analysis/analyze-curves.js';
import { findingsOf } from '../../src/analysis/findings.js';
import type { CurveInput } from '../../src/analysis/points.js';
import { curveOf } from '../helpers/curves.js';

const findings = (inputs: readonly CurveInput[]): ReturnType<typeof findingsOf> =>
  findingsOf(inputs, analyzeCurves(inputs, { draws: 200 }));

/** A curve over scales with the first `right[i]` of `n` samples right. */
function curveOfItems(right: readonly number[], n: number): CurveInput {
  const curve = curveOf(
    right.map((count) => count / n),
    { n },
  );
  return {
    ...curve,
    points: curve.points.map((point, i) => ({
      ...point,
      items: Array.from({ length: n }, (_, item) => ({ item, value: item < (right[i] ?? 0) ? 1 : 0 })),
    })),
  };
}

test('neighbouring scales are compared sample by sample', () => {
  const { flips } = findings([curveOfItems([50, 40, 90, 90], 100)]);
  expect(flips.map(({ from, to, better, worse }) => [from, to, better, worse])).toEqual([
    ['s0', 's1', 0, 10],
    ['s1', 's2', 50, 0],
    ['s2', 's3', 0, 0],
  ]);
  expect(flips[0]?.difference).toBeCloseTo(-0.1, 12);
  // 10 changes one way by luck: 2 / 2^10.
  expect(flips[0]?.p).toBeCloseTo(2 ** -9, 12);
  expect(flips[0]?.q).toBeCloseTo(1.5 * 2 ** -9, 12);
  expect(flips[2]?.p).toBe(1);
});

test('what is seen more often is kept by smaller models', () => {
  const keptShare = (scale: number, repetitions: number): number =>
    1 / (1 + Math.exp(-(scale + 2 * Math.log10(repetitions) - 4.2)));
  const inputs = [1, 10, 100].map((repetitions) =>
    curveOf(
      [0, 1, 2, 3, 4].map((scale) => keptShare(scale, repetitions)),
      { task: `verbatim_${repetitions}`, nParams: [1e3, 1e4, 1e5, 1e6, 1e7] },
    ),
  );
  const [surface, ...others] = findings(inputs).memorisation;
  expect(others).toEqual([]);
  expect(surface?.cells).toHaveLength(15);
  expect(surface?.perTenfoldSize.value).toBeCloseTo(1, 2);
  expect(surface?.perTenfoldRepetitions.value).toBeCloseTo(2, 2);
  expect(surface?.halfKept.map(({ above, atMost }) => [above, atMost])).toEqual([
    [100, null],
    [10, 100],
    [10, 100],
    [1, 10],
    [1, 10],
  ]);
  expect(findings(inputs.slice(0, 2)).memorisation).toEqual([]);
});

test('the critical amount of data is a bracket of amounts, with the half of the gain between', () => {
  const amounts = [125, 250, 500, 1000, 2000, 4000];
  const flat = curveOf([0.01, 0.01, 0.01, 0.03, 0.9, 1], { nParams: amounts.map(() => 33e3), n: 400 });
  const curve: CurveInput = {
    ...flat,
    axis: 'examples',
    points: flat.points.map((point, i) => ({ ...point, distinctExamples: amounts[i] ?? 0 })),
  };
  const [found] = findings([curve]).criticalData;
  expect(found).toMatchObject({ class: 'emergent', threshold: { above: 1000, atMost: 2000 } });
  expect(found?.half?.examples).toBeGreaterThan(1000);
  expect(found?.half?.examples).toBeLessThan(2000);
  expect(found?.half?.lo).toBeLessThan(found?.half?.examples ?? 0);
  expect(findings([curveOf([0.1, 0.2, 0.3, 0.4])]).criticalData).toEqual([]);
});
