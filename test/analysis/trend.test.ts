import { expect, test } from 'vitest';
import { predictorOf } from '../../src/analysis/predict.js';
import { scaleCurve, type Scale } from '../../src/analysis/scales.js';
import { trendAt } from '../../src/analysis/trend.js';
import { curveOf } from '../helpers/curves.js';

const scalesOf = (values: readonly number[], n = 5000): readonly Scale[] =>
  scaleCurve(curveOf(values, { n })).scales;

test('a straight line goes on, and fades', () => {
  const scales = scalesOf([0.2, 0.3, 0.4, 0.5, 0.6]);
  const last = scales.at(-1)?.x ?? 0;
  const { value } = trendAt(scales, last + 0.5, 1);
  expect(value).toBeGreaterThan(0.66);
  expect(value).toBeLessThan(0.7);
  expect(trendAt(scales, last + 5, 1).value).toBeLessThan(1.1);
});

test('the variance grows with the distance and with the noise', () => {
  const clear = scalesOf([0.2, 0.3, 0.4, 0.5, 0.6]);
  const noisy = scalesOf([0.2, 0.3, 0.4, 0.5, 0.6], 50);
  const last = clear.at(-1)?.x ?? 0;
  expect(trendAt(clear, last + 1, 1).variance).toBeGreaterThan(trendAt(clear, last + 0.5, 1).variance);
  expect(trendAt(noisy, last + 0.5, 1).variance).toBeGreaterThan(trendAt(clear, last + 0.5, 1).variance);
});

test('a forecast stays among the possible values', () => {
  const curve = scaleCurve(curveOf([0.6, 0.75, 0.86, 0.94, 0.99], { n: 5000 }));
  const { value, lo, hi } = predictorOf(curve)((curve.scales.at(-1)?.x ?? 0) + 1);
  expect(value).toBeLessThanOrEqual(1);
  expect(hi).toBe(1);
  expect(lo).toBeGreaterThan(0.5);
});
