import { expect, test } from 'vitest';
import { compareRuns, type ComparedRun } from '../../src/analysis/compare-runs.js';
import type { ScoreColumn } from '../../src/domain/metric.js';
import { compareTable } from '../../src/report/compare-table.js';
import { benjaminiHochberg, holm } from '../../src/stats/multiple-tests.js';
import { normalCdf } from '../../src/stats/normal.js';
import { exampleTrials } from '../helpers/trials.js';

function scoresBy(n: number, scoreOf: (docId: number) => number): ScoreColumn {
  const docIds = Float64Array.from({ length: n }, (_, docId) => docId);
  return { docIds, values: docIds.map(scoreOf) };
}

function runOf(right: (docId: number) => boolean, rates: readonly number[] = [90, 100, 110]): ComparedRun {
  const trials = exampleTrials({ t: [0.5] });
  const scores = scoresBy(200, (docId) => (right(docId) ? 1 : 0));
  const value = scores.values.filter((score) => score === 1).length / 200;
  return {
    trials: trials.map((trial) => ({ ...trial, metrics: { acc: { value, stderr: 0.035, ci95: null } } })),
    scoresOf: () => scores,
    ratesOf: () => rates,
  };
}

test('the same samples are paired: a small steady gain is found that independent means would miss', () => {
  const { cells } = compareRuns(
    runOf((doc) => doc < 100),
    runOf((doc) => doc < 112),
  );
  expect(cells[0]).toMatchObject({ nPaired: 200, flips: [12, 0], test: 'mcnemar' });
  expect(cells[0]?.difference).toBeCloseTo(0.06, 12);
  expect(cells[0]?.p).toBeCloseTo(2 * 0.5 ** 12, 10);
});

test('a run compared with itself differs in nothing', () => {
  const run = runOf((doc) => doc % 2 === 0);
  const comparison = compareRuns(run, run);
  expect(comparison.cells[0]).toMatchObject({ difference: 0, p: 1, flips: [0, 0] });
  expect(comparison.speed[0]).toMatchObject({ ratio: 1, verdict: 'no difference' });
  expect(compareTable(comparison)).toMatch(/No score differs.*\n.*same within noise/);
});

test('scores that are no hits are tested by the paired t of their differences', () => {
  const withScores = (shift: number): ComparedRun => ({
    ...runOf(() => true),
    scoresOf: () => scoresBy(30, (docId) => Math.sin(docId) + (docId % 3) * shift),
  });
  const { cells } = compareRuns(withScores(0), withScores(0.1));
  expect(cells[0]).toMatchObject({ test: 'paired-t', nPaired: 30, flips: [20, 0] });
  // scipy.stats.ttest_1samp of 0, .1, .2, ten times each (SciPy 1.17.1).
  expect(cells[0]?.p).toBeCloseTo(3.15413e-7, 11);
});

test('what only rounding changes is no difference, and a loss that falls is better', () => {
  const losses = (factor: number): ComparedRun => ({
    ...runOf(() => true),
    metricsOf: () => [{ name: 'acc', higherIsBetter: false, chance: null }],
    scoresOf: () => scoresBy(30, (docId) => factor * (2 + Math.sin(docId))),
  });
  const same = compareRuns(losses(1), losses(1 + 1e-6));
  expect(same.cells[0]).toMatchObject({ flips: [0, 0], p: 1 });
  const lower = compareRuns(losses(1), losses(0.9));
  expect(lower.cells[0]?.p).toBeLessThan(1e-6);
  expect(lower.cells[0]).toMatchObject({ flips: [0, 30], higherIsBetter: false });
});

test('samples are paired by name where the runs list others or in another order', () => {
  const run = runOf((doc) => doc < 100);
  const listed = (ids: readonly number[]): ComparedRun => ({
    ...run,
    scoresOf: () => ({
      docIds: Float64Array.from(ids),
      values: Float64Array.from(ids, (docId) => (docId < 103 ? 1 : 0)),
    }),
  });
  const { cells } = compareRuns(run, listed([150, 101, 100, 99, 500, 0, 102]));
  expect(cells[0]).toMatchObject({ nPaired: 6, flips: [3, 0] });
});

test('a change of speed counts above the noise floor only, and where ranks tell it from chance', () => {
  const rates = Array.from({ length: 40 }, (_, i) => 100 + (i % 7));
  const speedAt = (factor: number): unknown =>
    compareRuns(
      runOf(() => true, rates),
      runOf(
        () => true,
        rates.map((rate) => factor * rate),
      ),
    ).speed[0]?.verdict;
  expect([1, 1.04, 1.2, 0.8].map(speedAt)).toEqual(['no difference', 'no difference', 'faster', 'slower']);
  const few = compareRuns(
    runOf(() => true, [100]),
    runOf(() => true, [150]),
  ).speed[0];
  expect(few?.verdict).toBe('no difference');
});

test('trials of one run alone are counted, not compared', () => {
  const whole = { ...runOf(() => true), trials: exampleTrials({ t: [0.5, 0.6], u: [0.5] }) };
  const part = { ...runOf(() => true), trials: exampleTrials({ t: [0.5] }) };
  const { cells, unmatched } = compareRuns(whole, part);
  expect(cells).toHaveLength(1);
  expect(unmatched).toEqual([2, 0]);
});

test('corrections are those of the textbooks', () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  const q = benjaminiHochberg([0.01, 0.04, 0.03, 0.5]);
  expect(q.map((value) => Number(value.toFixed(6)))).toEqual([0.04, 0.053333, 0.053333, 0.5]);
  expect(normalCdf(1.959963985)).toBeCloseTo(0.975, 6);
  expect(normalCdf(-3)).toBeCloseTo(0.0013499, 6);
});
