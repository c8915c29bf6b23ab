import { expect, test } from 'vitest';
import { analyzeCurves } from '../../src/analysis/analyze-curves.js';
import { curvesOfTrials } from '../../src/analysis/curves-of-trials.js';
import { reportPage } from '../../src/report/html/page.js';
import { provenanceRows } from '../../src/report/provenance.js';
import { bareReport } from '../../src/report/report-data.js';
import { exampleTrials } from '../helpers/trials.js';

const trials = exampleTrials();
const curves = analyzeCurves(curvesOfTrials(trials), { draws: 200 });
const failed = { ...trials[0], state: 'failed', code: 'TIMEOUT', reason: 'took <too> long' } as never;

test('the page holds the answer, every task and the reasons for what is missing, and loads nothing', async () => {
  const page = await reportPage(
    { ...bareReport('A <sweep>', curves), trials: [...trials, failed], provenance: [['node', '20']] },
    'window.vega = {}; // </script>',
  );
  expect(page).toContain('<h1>A &lt;sweep&gt;</h1>');
  expect(page).toContain('took &lt;too&gt; long');
  for (const task of ['facts', 'addition', 'hop_cot', 'cue']) expect(page).toContain(`<h3>${task}</h3>`);
  expect(page).toMatch(/<th scope="row">\(3k, 28k\]<\/th><td class="wrap"><a [^>]*>addition</);
  expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(6);
  expect(page).not.toMatch(/(?:src|href)="https?:/);
  expect(page).not.toContain('// </script>');
  expect(page).toContain("default-src 'none'");
});

test('every chart has a text for those who do not see it', async () => {
  const page = await reportPage({ ...bareReport('t', curves), trials }, '');
  const drawings = page.match(/class="drawing"[^>]*>/g) ?? [];
  expect(drawings.length).toBeGreaterThan(0);
  expect(drawings.every((drawing) => /role="img" aria-label="[^"]{20,}"/.test(drawing))).toBe(true);
});

test('provenance is flattened to names and texts', () => {
  expect(provenanceRows({ a: { b: 1, c: ['x', 'y'] }, d: null, e: 'z' })).toEqual([
    ['a.b', '1'],
    ['a.c', 'x, y'],
    ['e', 'z'],
  ]);
});
