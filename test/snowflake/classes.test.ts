import { expect, test } from 'vitest';
import { analyzeCurves } from '../../src/analysis/analyze-curves.js';
import type { CurveAnalysis } from '../../src/analysis/curve-analysis.js';
import type { CurveClass } from '../../src/analysis/decide.js';
import { findingsOf } from '../../src/analysis/findings.js';
import { primaryCurves } from '../../src/report/table.js';
import { keptSweepCurves } from '../helpers/kept-sweep.js';

const inputs = keptSweepCurves();
const analyses = analyzeCurves(inputs);
const curves = new Map(primaryCurves(analyses).map((curve) => [curve.task.replace('snowflake_', ''), curve]));
const curveOf = (task: string): CurveAnalysis => {
  const curve = curves.get(task);
  if (curve === undefined) throw new Error(`no curve of ${task}`);
  return curve;
};

/** What models/snowflake/README.md says of each task, from how the models were trained. */
const RECIPE: Readonly<Record<string, CurveClass>> = {
  facts: 'smooth',
  text: 'smooth',
  addition_digits: 'smooth',
  multiplication: 'smooth',
  icl_4: 'emergent',
  icl_8: 'emergent',
  icl_16: 'emergent',
  icl_hard: 'emergent',
  sum_cot: 'emergent',
  sum_hard_cot: 'emergent',
  hop_cot: 'emergent',
  addition: 'emergent',
  addition_hard: 'emergent',
  cue: 'u-shaped',
  icl_0: 'flat',
  sum_direct: 'flat',
  hop_hard_cot: 'flat',
  verbatim_1: 'flat',
};

test.each(Object.entries(RECIPE))('%s is %s, as its training says', (task, expected) => {
  expect(curveOf(task).class).toBe(expected);
});

// At one and two shots the curve jumps from 13k to 33k and gains again at the largest scales, so that both words fit.
test.each(['icl_1', 'icl_2'])('%s rises', (task) => {
  expect(['emergent', 'smooth']).toContain(curveOf(task).class);
});

// The smallest models do not even answer in the right form, and the larger ones end little above a guess.
test('hop_direct is never called sudden', () => {
  expect(['flat', 'smooth', 'undecided']).toContain(curveOf('hop_direct').class);
});

test('what comes with the second layer leaves its floor between 13k and 33k', () => {
  for (const task of ['icl_4', 'icl_8', 'icl_16', 'hop_cot'])
    expect(curveOf(task).threshold).toEqual({ above: 'snowflake-13k', atMost: 'snowflake-33k' });
});

test('strings that were seen more often are kept by smaller models', () => {
  const order = curveOf('addition').evidence.scales.map(({ scale }) => scale);
  const places = [243, 81, 27, 9].map((times) =>
    order.indexOf(curveOf(`verbatim_${times}`).threshold?.atMost ?? ''),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  const [memorised] = findingsOf(inputs, analyses).memorisation;
  expect(memorised?.perTenfoldSize.lo).toBeGreaterThan(0);
  expect(memorised?.perTenfoldRepetitions.lo).toBeGreaterThan(0);
});

test('the metric sharpens addition, and does not make the jump of in-context learning', () => {
  expect(curveOf('addition').evidence.metricVerdict).not.toBe('robust');
  expect(curveOf('addition').evidence.metricVerdict).not.toBeNull();
  expect(curveOf('icl_16').evidence.metricVerdict).toBe('robust');
});

test('written steps add from 33k on what direct answers never have', () => {
  const gain = findingsOf(inputs, analyses).gains.find(({ to }) => to.startsWith('snowflake_sum_cot'));
  expect(gain?.positiveFrom).toMatch(/^snowflake-33k/);
});
