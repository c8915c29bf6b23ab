import { beforeAll, expect, test } from 'vitest';
import { analyzeCurves } from '../../src/analysis/analyze-curves.js';
import { backtestTrials } from '../../src/analysis/backtest.js';
import type { CurveAnalysis } from '../../src/analysis/curve-analysis.js';
import { readCurves } from '../../src/analysis/input/read-curves.js';
import type { CurveInput } from '../../src/analysis/points.js';
import { scaleCurve } from '../../src/analysis/scales.js';
import { mean } from '../../src/stats/moments.js';
import { fixturePath } from '../helpers/published-curves.js';

// Pythia, OPT and BLOOM: families beside the one whose labels guided the rules for classes. See test/fixtures/scaling/README.md.
let curves: CurveInput[] = [];
let found: CurveAnalysis[] = [];
beforeAll(async () => {
  curves = await readCurves([fixturePath('pythia_opt_bloom.csv')]);
  found = analyzeCurves(curves, { draws: 500 });
}, 60_000);

test('every family is read from its own names of sizes', () => {
  expect(new Set(found.map(({ family }) => family))).toEqual(new Set(['pythia', 'opt', 'bloom']));
  expect(found).toHaveLength(21);
});

test('tasks that are known to grow steadily are smooth, LogiQA is flat, and nothing turns or jumps', () => {
  for (const { family, task, class: name } of found) {
    if (task === 'logiqa') expect([family, task, name]).toEqual([family, task, 'flat']);
    else expect(['smooth', 'undecided'], `${family} ${task}`).toContain(name);
  }
  const rising = found.filter(({ task }) => task !== 'logiqa');
  const smooth = rising.filter(({ class: name }) => name === 'smooth');
  expect(smooth.length).toBeGreaterThanOrEqual(rising.length - 1);
});

test.each([1, 2])(
  'with %i scales hidden, smooth tasks are forecast better than by their last value',
  (hidden) => {
    const trials = curves
      .filter((_, i) => found[i]?.class === 'smooth')
      .map(scaleCurve)
      .filter(({ scales }) => scales.length - hidden >= 4)
      .flatMap((curve) => backtestTrials(curve, hidden));
    expect(trials.length).toBeGreaterThan(10);
    const error = mean(trials.map((trial) => trial.error));
    expect(error).toBeLessThan(0.7 * mean(trials.map((trial) => trial.lastValueError)));
    expect(mean(trials.map(({ isCovered }) => (isCovered ? 1 : 0)))).toBeGreaterThanOrEqual(0.85);
  },
);
