import { expect, test } from 'vitest';
import { chooseAxis, placeOnAxis } from '../../src/analysis/place-on-axis.js';
import type { CurveInput, CurvePoint } from '../../src/analysis/points.js';
import { curveOf } from '../helpers/curves.js';

function placed(...places: readonly Partial<CurvePoint>[]): CurveInput {
  const curve = curveOf(places.map(() => 0.5));
  return { ...curve, points: curve.points.map((point, i) => ({ ...point, ...places[i] })) };
}

test.each([
  ['parameters', [{ nParams: 1e6 }, { nParams: 1e7 }]],
  [
    'parameters',
    [
      { nParams: 1e6, trainingTokens: 1e9 },
      { nParams: 1e7, trainingTokens: 1.01e9 },
    ],
  ],
  ['parameters', [{ nParams: 1e6, trainingTokens: 1e9 }, { nParams: 1e7 }]],
  [
    'flops',
    [
      { nParams: 1e6, trainingTokens: 1e9 },
      { nParams: 1e7, trainingTokens: 2e9 },
    ],
  ],
  [
    'tokens',
    [
      { nParams: 1e6, trainingTokens: 1e9 },
      { nParams: 1e6, trainingTokens: 2e9 },
    ],
  ],
  [
    'examples',
    [
      { nParams: 1e6, distinctExamples: 100 },
      { nParams: 1e6, distinctExamples: 500 },
    ],
  ],
] as const)('%s is what varies in %j', (axis, places) => {
  expect(chooseAxis(placed(...places).points)).toBe(axis);
});

test('models of one size and different training are not seeds of one scale', () => {
  const curve = placed({ nParams: 1e6, trainingTokens: 1e9 }, { nParams: 1e6, trainingTokens: 2e9 });
  expect(() => placeOnAxis(curve, 'parameters')).toThrow(/s0|s1.*--axis flops/);
  expect(placeOnAxis(curve, 'flops')).toHaveLength(1);
});

test('sizes are not joined along tokens', () => {
  const curve = placed(
    { nParams: 33_472, trainingTokens: 1e9 },
    { nParams: 1.4e9, trainingTokens: 1e9 },
    { nParams: 33_472, trainingTokens: 2e9 },
  );
  expect(placeOnAxis(curve, 'tokens').map(({ family, points }) => [family, points.length])).toEqual([
    ['f 33.5k', 2],
    ['f 1.4b', 1],
  ]);
});
