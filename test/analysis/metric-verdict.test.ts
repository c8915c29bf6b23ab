import { expect, test } from 'vitest';
import { analyzeCurves } from '../../src/analysis/analyze-curves.js';
import type { CurveInput } from '../../src/analysis/points.js';
import { curveOf } from '../helpers/curves.js';

const JUMP = [0, 0, 0.01, 0.9, 1];

function verdictOf(exact: readonly number[], others: readonly CurveInput[]): string | null | undefined {
  const [found] = analyzeCurves([curveOf(exact, { n: 2000 }), ...others], { draws: 200 });
  expect(found?.class).toBe('emergent');
  return found?.evidence.metricVerdict;
}

const probability = (values: readonly number[]): CurveInput =>
  curveOf(values, { metric: 'choice_probability', n: 2000 });

test('a jump that continuous metrics share is robust', () => {
  expect(verdictOf(JUMP, [probability([0.1, 0.1, 0.11, 0.85, 0.95])])).toBe('robust');
});

test('a jump that a continuous metric lacks is made by the metric', () => {
  expect(verdictOf(JUMP, [probability([0.1, 0.3, 0.5, 0.7, 0.9])])).toBe('metric-made');
});

test('a score of 0 while a continuous metric rises is a matter of resolution', () => {
  expect(verdictOf([0, 0, 0, 0.9, 1], [probability([0.1, 0.3, 0.5, 0.7, 0.9])])).toBe('resolution-limited');
});

test('an exact score that is a power of the share of right steps is a product of sub-tasks', () => {
  const steps = [0.2, 0.3, 0.4, 0.5, 0.62, 0.9, 0.98];
  const tokens = curveOf(steps, { metric: 'token_accuracy', n: 2000 });
  const exact = steps.map((step) => step ** 8);
  expect(verdictOf(exact, [tokens])).toBe('product of sub-tasks');
  const [found] = analyzeCurves([curveOf(exact, { n: 2000 }), tokens], { draws: 200 });
  expect(found?.evidence.remarks.join(' ')).toMatch(/token_accuracy to the power of 8\.0/);
});

test('a metric with the same values is no second opinion, and without one there is no verdict', () => {
  expect(verdictOf(JUMP, [curveOf(JUMP, { metric: 'token_accuracy', n: 2000 })])).toBeNull();
  expect(verdictOf(JUMP, [])).toBeNull();
});

test('a loss that falls early counts as a continuous metric', () => {
  const loss = curveOf([2.5, 2.1, 1.7, 1.3, 0.9], {
    metric: 'bits_per_byte',
    higherIsBetter: false,
    chance: null,
    stderr: 0.01,
  });
  expect(verdictOf(JUMP, [loss])).toBe('metric-made');
});
