import { beforeAll, expect, test } from 'vitest';
import { analyzeCurves } from '../../src/analysis/analyze-curves.js';
import { breakthroughOf } from '../../src/analysis/breakthrough.js';
import type { CurveAnalysis } from '../../src/analysis/curve-analysis.js';
import { backtestTrials, type BacktestTrial } from '../../src/analysis/backtest.js';
import { scaleCurve } from '../../src/analysis/scales.js';
import { mean } from '../../src/stats/moments.js';
import { pairedDifference, sampleSize } from '../../src/stats/paired.js';
import { createRandom } from '../../src/stats/random.js';
import { bigBenchCurves } from '../helpers/published-curves.js';

// Published BIG-bench curves with the labels of Wei et al. 2022: see test/fixtures/scaling/README.md.
const curves = bigBenchCurves();
const nItems = (i: number): number => curves[i]?.points[0]?.n ?? 0;
let found: CurveAnalysis[] = [];
beforeAll(() => {
  found = analyzeCurves(curves, { draws: 600 });
}, 60_000);

function agrees(label: string, name: string): boolean {
  if (label === 'smooth') return name === 'smooth';
  if (label === 'emergent_gpt3_lamda') return name === 'emergent';
  // Emergent only in a larger family than this one: up to 137B it may still be flat.
  if (label === 'emergent_palm') return name === 'emergent' || name === 'flat';
  if (label === 'flat') return name === 'flat';
  return name === 'flat' || name === 'undecided' || name === 'inverse';
}

test('linearity and breakthroughness are those of an independent evaluation, and null where they divide by zero', () => {
  for (const [i, analysis] of found.entries()) {
    const y = curves[i]?.points.map(({ value }) => value) ?? [];
    const steps = y.slice(1).map((value, k) => (value - (y[k] ?? 0)) ** 2);
    const range = Math.max(...y) - Math.min(...y);
    const sign = y.indexOf(Math.max(...y)) > y.indexOf(Math.min(...y)) ? 1 : -1;
    const sorted = steps.toSorted((a, b) => a - b);
    const middle = ((sorted[5] ?? 0) + (sorted[5] ?? 0)) / 2;
    const linearity = (sign * range) / Math.sqrt(steps.reduce((a, b) => a + b, 0) / steps.length);
    if (range > 0) expect(analysis.linearity).toBeCloseTo(linearity, 9);
    if (middle > 0) expect(analysis.breakthroughness).toBeCloseTo((sign * range) / Math.sqrt(middle), 9);
    else expect(analysis.breakthroughness).toBeNull();
  }
  expect(breakthroughOf([0, 0, 0, 0.5]).breakthroughness).toBeNull();
});

test('most of the most linear tasks are those that people call smooth', () => {
  const order = found
    .map((_, i) => i)
    .toSorted((a, b) => (found[b]?.linearity ?? -9) - (found[a]?.linearity ?? -9));
  const labels = order.slice(0, 6).map((i) => curves[i]?.label);
  expect(labels.filter((label) => label === 'smooth').length).toBeGreaterThanOrEqual(5);
});

test('classes agree with the labels of tasks with 100 items or more, above the rule of thumb (72%)', () => {
  const large = found.flatMap(({ class: name }, i) =>
    nItems(i) >= 100 ? [{ name, label: curves[i]?.label ?? '' }] : [],
  );
  const decided = large.filter(({ name }) => name !== 'undecided');
  expect(decided.length).toBeGreaterThanOrEqual(0.8 * large.length);
  expect(decided.filter(({ name, label }) => agrees(label, name)).length / decided.length).toBeGreaterThan(
    0.8,
  );
});

test('tasks of 12 items or fewer are undecided', () => {
  const small = found.filter((_, i) => nItems(i) <= 12);
  expect(small.length).toBeGreaterThan(0);
  expect(small.map(({ class: name }) => name)).toEqual(small.map(() => 'undecided'));
});

test('the back-test has skill on smooth tasks and honest intervals', () => {
  const trials = (isWanted: (label: string) => boolean, hidden: number): BacktestTrial[] =>
    curves
      .filter((curve, i) => isWanted(curve.label) && nItems(i) >= 60)
      .flatMap((curve) => backtestTrials(scaleCurve(curve), hidden));
  const smooth = trials((label) => label === 'smooth', 1);
  const error = mean(smooth.map((trial) => trial.error));
  expect(error).toBeLessThan(0.055);
  expect(error).toBeLessThan(mean(smooth.map((trial) => trial.lastValueError)));
  expect(mean(smooth.map(({ isCovered }) => (isCovered ? 1 : 0)))).toBeGreaterThanOrEqual(0.85);
  const all = [...trials(() => true, 1), ...trials(() => true, 2)];
  expect(mean(all.map(({ isCovered }) => (isCovered ? 1 : 0)))).toBeGreaterThanOrEqual(0.75);
});

test('969 questions find 3 points with 80% power (Miller 2024), unpaired 5 points need 1,570', () => {
  expect(Math.ceil(sampleSize({ difference: 0.03, variance: 1 / 9 }))).toBe(969);
  expect(Math.ceil(sampleSize({ difference: 0.05, variance: 0.5 }))).toBe(1570);
});

test('pairing by item shrinks the error of most differences between neighbouring scales', () => {
  let pairs = 0;
  let smaller = 0;
  for (const curve of curves) {
    for (let i = 1; i < curve.points.length; i++) {
      const [a, b] = [curve.points[i - 1]?.items, curve.points[i]?.items];
      if (a === undefined || b === undefined || a.length < 60) continue;
      const { stderr, unpairedStderr } = pairedDifference(
        b.map(({ value }) => value),
        a.map(({ value }) => value),
      );
      if (unpairedStderr === 0) continue;
      pairs += 1;
      if (stderr < unpairedStderr) smaller += 1;
    }
  }
  expect(pairs).toBeGreaterThan(150);
  expect(smaller / pairs).toBeGreaterThanOrEqual(0.85);
});

test('curves that are level by construction are called anything but flat in at most 1%', () => {
  const random = createRandom('null control');
  const level = curves.flatMap((curve) => {
    const n = curve.points[0]?.n ?? 0;
    const pooled = mean(curve.points.map(({ value }) => value));
    return Array.from({ length: 4 }, (_, draw) => ({
      ...curve,
      task: `${curve.task} ${draw}`,
      points: curve.points.map(({ items: _items, ...point }) => ({
        ...point,
        value: random.binomial(n, pooled) / n,
      })),
    }));
  });
  const names = analyzeCurves(level, { draws: 300 }).map(({ class: name }) => name);
  const wrong = names.filter((name) => name !== 'flat' && name !== 'undecided');
  expect(wrong.length / names.length).toBeLessThanOrEqual(0.01);
}, 120_000);
