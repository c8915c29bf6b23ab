import { expect, test } from 'vitest';
import { analyzeCurves } from '../../src/analysis/analyze-curves.js';
import type { CurveAnalysis } from '../../src/analysis/curve-analysis.js';
import type { CurveInput } from '../../src/analysis/points.js';
import { curveOf } from '../helpers/curves.js';

const DRAWS = { draws: 400 };

function analyze(input: CurveInput): CurveAnalysis {
  const [found] = analyzeCurves([input], DRAWS);
  if (found === undefined) throw new Error('no analysis');
  return found;
}

test.each([
  ['smooth', [0.18, 0.33, 0.5, 0.65, 0.81, 0.93], 0.125],
  ['emergent', [0.01, 0.01, 0.02, 0.8, 0.99, 1], 0],
  ['emergent', [0.008, 0.795, 0.99, 0.986, 0.98], 0.0005],
  ['emergent', [0.25, 0.24, 0.26, 0.25, 0.5], 0.25],
  ['flat', [0.098, 0.092, 0.098, 0.088, 0.1], 0.1],
  ['inverse', [0.5, 0.45, 0.38, 0.3, 0.22], 0.5],
  ['u-shaped', [0.48, 0.16, 0.52, 0.86, 1], 0.5],
  ['inverted-u', [0.2, 0.4, 0.6, 0.4, 0.15], 0],
] as const)('%s: %j', (expected, values, chance) => {
  const found = analyze(curveOf(values, { chance }));
  expect(found.class).toBe(expected);
  expect(found.confidence).toBeGreaterThan(0.6);
});

const GPT3_SIZES = [125e6, 350e6, 760e6, 1.3e9, 2.7e9, 6.7e9, 13e9, 175e9];

test.each([
  // A floor at a guess over most scales, then a rise whose foot shows at the scale before.
  ['emergent', [0, 0, 0, 0, 0, 0.01, 0.08, 0.33], 0],
  ['emergent', [0, 0, 0, 0.01, 0.01, 0.02, 0.09, 0.8], 0],
  ['emergent', [0, 0.01, 0.01, 0.02, 0.05, 0.1, 0.57, 1], 0],
  // A rise that accelerates is no jump.
  ['smooth', [0.25, 0.26, 0.28, 0.31, 0.33, 0.37, 0.4, 0.5], 0.25],
  ['smooth', [0.04, 0.075, 0.14, 0.21, 0.25, 0.32, 0.41, 0.64], 0],
] as const)('%s over eight sizes: %j', (expected, values, chance) => {
  expect(analyze(curveOf(values, { chance, n: 2000, nParams: GPT3_SIZES })).class).toBe(expected);
});

test('a floor near the best score is not that of a guess, where none is known', () => {
  const seen = curveOf([0.9, 0.9, 0.93, 0.9, 0.97, 0.99, 1, 1, 1], { n: 125, chance: null });
  expect(analyze(seen).class).not.toBe('emergent');
  expect(analyze(curveOf([0.25, 0.24, 0.26, 0.25, 0.7], { chance: null })).class).toBe('emergent');
});

test('a smallest scale whose answers cannot be read makes no hill', () => {
  const found = analyze(curveOf([0, 0.42, 0.4, 0.33, 0.28, 0.24, 0.2], { n: 500 }));
  expect(found.class).toBe('inverse');
  expect(found.evidence.reason).toMatch(/without s0/);
  expect(analyze(curveOf([0, 0.1, 0.42, 0.4, 0.33, 0.28, 0.2], { n: 500 })).class).toBe('inverted-u');
});

test('thousands of items do not make an unevenness of one point a shape', () => {
  const found = analyze(
    curveOf([0.26, 0.26, 0.25, 0.257, 0.249, 0.25, 0.26, 0.27], { n: 14_042, chance: 0.25 }),
  );
  expect(found.class).toBe('flat');
});

test('a falling loss is a rise, smooth where it starts at the smallest scale', () => {
  const found = analyze(
    curveOf([1.21, 0.74, 0.607, 0.574, 0.557], {
      metric: 'bits_per_byte',
      higherIsBetter: false,
      chance: null,
      stderr: 0.005,
    }),
  );
  expect(found.class).toBe('smooth');
  expect(found.evidence.scales.map(({ value }) => value)).toEqual([1.21, 0.74, 0.607, 0.574, 0.557]);
});

test('the threshold of a jump is the pair of scales around it', () => {
  expect(analyze(curveOf([0.01, 0.01, 0.02, 0.8, 0.99])).threshold).toEqual({ above: 's2', atMost: 's3' });
});

test('seeds that disagree widen the bracket and are shown one by one', () => {
  const found = analyze(
    curveOf(
      [
        [0.01, 0],
        [0.8, 0.01],
        [0.99, 0.98],
        [1, 0.99],
        [1, 1],
      ],
      { chance: 0.0005 },
    ),
  );
  expect(found.class).toBe('emergent');
  expect(found.threshold).toEqual({ above: 's0', atMost: 's2' });
  expect(found.evidence.scales[1]?.seeds).toEqual([0.8, 0.01]);
});

test('a floor above a guess is a floor, and what stays below a guess is flat', () => {
  const plateau = analyze(curveOf([0.33, 0.32, 0.33, 0.33, 0.83], { chance: 0 }));
  expect(plateau.class).toBe('emergent');
  expect(plateau.threshold).toEqual({ above: 's3', atMost: 's4' });
  expect(analyze(curveOf([0.07, 0.165, 0.14, 0.158, 0.17], { chance: 0.2 })).class).toBe('flat');
});

test('few scales and few items are not decided, with the reason', () => {
  expect(analyze(curveOf([0.1, 0.5, 0.9])).evidence.reason).toMatch(/at least 4/);
  const small = analyze(curveOf([0, 0, 0.17, 0.33, 0.5, 0.5], { n: 6 }));
  expect(small.class).toBe('undecided');
  expect(small.evidence.reason).toMatch(/too few items/);
  expect(analyze(curveOf([0.5, 0.55, 0.45, 0.55, 0.6], { n: 40, chance: 0.5 })).class).toBe('undecided');
});

test('scales that scatter more than their items explain are not decided', () => {
  const found = analyze(
    curveOf([0.14, 0.35, 0.11, 0.1, 0.32, 0.42, 0.35, 0.39, 0.13, 0.15, 0.16, 0.21], { n: 204 }),
  );
  expect(found.class).toBe('undecided');
});

test('an analysis is the same every time, and whatever stands beside the curve', () => {
  const curve = curveOf([0.2, 0.25, 0.3, 0.42, 0.5], { chance: 0.2 });
  const other = curveOf([0.5, 0.4, 0.3, 0.2], { task: 'other' });
  const alone = analyzeCurves([curve], DRAWS)[0];
  const beside = analyzeCurves([other, curve], DRAWS)[1];
  expect(beside?.confidence).toEqual(alone?.confidence);
  expect(analyzeCurves([curve], DRAWS)[0]).toEqual(alone);
});

test('what one curve in many shows by luck is not decided', () => {
  // One rise that a curve alone would be allowed (1 in 1,000) among curves that are flat.
  const level = Array.from({ length: 80 }, (_, i) =>
    curveOf([0.5, 0.5, 0.49, 0.51, 0.5], { chance: 0.5, n: 2000, task: `level ${i}` }),
  );
  const lucky = curveOf([0.5, 0.49, 0.5, 0.52, 0.6], { chance: 0.5, n: 400, task: 'lucky' });
  const [alone] = analyzeCurves([lucky], { draws: 2000 });
  const beside = analyzeCurves([lucky, ...level], { draws: 2000 })[0];
  expect(alone?.class).toBe('emergent');
  expect(beside?.evidence.qFlat).toBeGreaterThan(0.05);
  expect(beside?.class).toBe('undecided');
});

test('the significance of a clear rise is not limited by the number of draws', () => {
  expect(analyze(curveOf([0.1, 0.3, 0.5, 0.7, 0.9])).evidence.pFlat).toBeLessThan(1e-6);
});
