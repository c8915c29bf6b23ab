import { expect, test } from 'vitest';
import { analyzeCurves } from '../../src/analysis/analyze-curves.js';
import { curvesCsv } from '../../src/report/csv.js';
import { curvesMarkdown } from '../../src/report/markdown.js';
import { formatCount, formatSignificant, formatValue } from '../../src/report/number-format.js';
import { summaryOf } from '../../src/report/summary-json.js';
import { curveTable } from '../../src/report/table.js';
import { curveOf } from '../helpers/curves.js';

const curves = analyzeCurves(
  [
    curveOf([0.01, 0.02, 0.35, 0.98, 1], { task: 'addition', family: 'synth' }),
    curveOf([0.1, 0.09, 0.1, 0.1, 0.09], { task: 'sum_direct', family: 'synth', chance: 0.1 }),
    curveOf([0.1, 0.1, 0.1, 0.99, 1], { task: 'sum_cot', family: 'synth', chance: 0.1 }),
    curveOf([0.1, 0.1, 0.1, 0.99, 1], { task: 'a,"b"', family: 'synth', chance: 0.1 }),
  ],
  { draws: 200 },
);

test('the terminal table gives one row a task with its values, class and threshold', () => {
  const lines = curveTable(curves).split('\n');
  expect(lines.find((line) => line.startsWith('addition'))).toBe(
    'addition    .01 .02 .35 .98 1.0  emergent (s1-s2)',
  );
  const names = lines.map((line) => line.split(' ')[0]);
  expect(names.indexOf('sum_direct') - names.indexOf('sum_cot')).toBe(1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
});

test('CSV quotes what needs quoting, and Markdown names every task', () => {
  const csv = curvesCsv(curves);
  expect(csv).toContain('"a,""b"""');
  expect(csv.split('\n')).toHaveLength(6);
  expect(curvesMarkdown(curves)).toContain('| synth | addition | 0 | acc | emergent |');
});

test('numbers are short and never exponents', () => {
  expect([0.012, 0.349, 0.996, 1, 2.5, 1234].map(formatValue)).toEqual([
    '.01',
    '.35',
    '1.0',
    '1.0',
    '2.50',
    '1,234',
  ]);
  expect([0.00123, 12.34, 0].map(formatSignificant)).toEqual(['0.00123', '12.3', '0']);
  expect([28_352, 341_760, 1.4e9, 999, 1e6].map(formatCount)).toEqual(['28.4k', '342k', '1.4G', '999', '1M']);
});

test('the summary names the scales of every curve', () => {
  const summary = summaryOf({ name: 'x' }, [], curves);
  expect(summary.schema).toBe('scalesweep.summary/1');
  expect(summary.curves[0]?.scales).toEqual(['s0', 's1', 's2', 's3', 's4']);
});

test('what all names begin with is left out of the table, and the seeds of a scale are one column', () => {
  const points = [0, 0, 0.9, 1].map((value, index) => ({ value, scale: `tiny-${index}k-seed0` }));
  const curve = curveOf([0, 0, 0.9, 1], { task: 'tiny_copy', family: 'tiny' });
  const named = curve.points.map((point, index) => ({
    ...point,
    seed: 0,
    scale: points[index]?.scale ?? '',
  }));
  const analyses = analyzeCurves(
    [
      { ...curve, points: named },
      { ...curve, points: named, task: 'tiny_sum' },
    ],
    { draws: 200 },
  );
  const [heading = '', row = ''] = curveTable(analyses).split('\n');
  expect(heading).toMatch(/^tiny  +0k +1k +2k +3k {2}class/);
  expect(row).toMatch(/^copy {2}\.00 +\.00 +\.90 +1\.0 {2}emergent \(1k-2k\)/);
});
