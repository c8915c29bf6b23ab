import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyzeCurves } from '../../../src/analysis/analyze-curves.js';
import { readCurves } from '../../../src/analysis/input/read-curves.js';
import { sizeInName } from '../../../src/analysis/input/scale-name.js';
import { scaleCurve } from '../../../src/analysis/scales.js';
import { curveOf } from '../../helpers/curves.js';

function table(text: string, name = 'points.csv'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'curves-')), name);
  writeFileSync(path, `${text}\n`);
  return path;
}

test('shares in percent are read as shares, with a remark; other metrics up to 100 are left alone', async () => {
  const [acc, bleu] = await readCurves([
    table(
      'scale,task,metric,value,stderr,n,chance\n1m,t,acc,0.5,0.2,500,25\n1b,t,acc,61,2.1,500,25\n1m,t,bleu,3,1,,\n1b,t,bleu,30,1,,',
    ),
  ]);
  expect(acc?.points.map(({ value, stderr, chance }) => [value, stderr, chance])).toEqual([
    [0.005, 0.002, 0.25],
    [0.61, 0.021, 0.25],
  ]);
  expect(acc?.remarks?.join()).toMatch(/percentages/);
  expect(bleu?.points.map(({ value }) => value)).toEqual([3, 30]);
});

test('rows may come in any order, and rows without a value are left out with a remark', async () => {
  const [curve] = await readCurves([
    table(
      'scale,task,metric,value,n\n1b,t,acc,0.9,100\n1m,t,acc,0.1,100\n10m,t,acc,NaN,100\n100m,t,acc,,100\n30m,t,acc,50%,100',
    ),
  ]);
  if (curve === undefined) throw new Error('no curve');
  expect(scaleCurve(curve).scales.map(({ name, value }) => [name, value])).toEqual([
    ['1m', 0.1],
    ['30m', 0.5],
    ['1b', 0.9],
  ]);
  expect(curve.remarks).toEqual(['2 of 5 points have no value and were left out.']);
});

test('rows of one size are its seeds', async () => {
  const [curve] = await readCurves([
    table('scale,task,metric,value,n,seed\n1m,t,acc,0.1,100,0\n1b,t,acc,0.8,100,0\n1m,t,acc,0.2,100,1'),
  ]);
  if (curve === undefined) throw new Error('no curve');
  expect(scaleCurve(curve).scales[0]?.seeds.map(({ value }) => value)).toEqual([0.1, 0.2]);
});

test('models of several families in one table are told apart by their names', async () => {
  const curves = await readCurves([
    table(
      'model,task,metric,value,n\npythia-1.4b,t,acc,0.1,100\nopt-1.3b,t,acc,0.2,100\npythia-70m,t,acc,0,100',
    ),
  ]);
  expect(curves.map(({ family, points }) => [family, points.length])).toEqual([
    ['pythia', 2],
    ['opt', 1],
  ]);
});

test('losses need no task, compute stands for tokens, and counts may have units', async () => {
  const [curve] = await readCurves([
    table('Model Size,Training FLOP,loss\n1e9,6e18,3.1\n2000000000,2.4e19,2.9', 'loss.csv'),
  ]);
  expect(curve).toMatchObject({ task: 'loss', metric: 'loss', higherIsBetter: false, axis: 'flops' });
  expect(curve?.points.map(({ nParams, trainingTokens }) => [nParams, trainingTokens])).toEqual([
    [1e9, 1e9],
    [2e9, 2e9],
  ]);
  const [named] = await readCurves([table('scale,nParams,tokens,task,value,n\na,1.4B,300b,t,0.5,10')]);
  expect(named?.points[0]).toMatchObject({ nParams: 1.4e9, trainingTokens: 300e9 });
});

test('BLOOM writes decimals behind the unit', () => {
  expect(['bloom-560m', 'bloom-1b1', 'bloom-1b7', '7b1'].map(sizeInName)).toEqual([
    560e6, 1.1e9, 1.7e9, 7.1e9,
  ]);
});

test('a standard error of 0 says nothing of n: the other points do', () => {
  const given = curveOf([0, 0, 0.2, 0.5], { n: null });
  const points = given.points.map((point) => ({
    ...point,
    stderr: Math.sqrt((point.value * (1 - point.value)) / 400),
  }));
  const { scales } = scaleCurve({ ...given, points });
  expect(scales.map(({ n }) => n)).toEqual([400, 400, 400, 400]);
});

test('without n and stderr the scatter stands for the noise, and the reader is told', () => {
  const [level, jump] = analyzeCurves(
    [
      curveOf([0.25, 0.26, 0.24, 0.25, 0.26, 0.25, 0.25, 0.26], { n: null, chance: 0.25, task: 'level' }),
      curveOf([0, 0, 0, 0.01, 0.01, 0.02, 0.1, 0.5], { n: null, task: 'jump' }),
    ],
    { draws: 200 },
  );
  expect([level?.class, jump?.class]).toEqual(['flat', 'emergent']);
  expect(jump?.evidence.remarks.join()).toMatch(/Neither n nor a standard error/);
});

test('where less is better a guess of 0 is an empty cell', () => {
  const losses = curveOf([138, 32, 10, 7, 6, 5], {
    metric: 'perplexity',
    higherIsBetter: false,
    chance: 0,
    stderr: 0.5,
  });
  expect(analyzeCurves([losses], { draws: 200 })[0]?.class).toBe('smooth');
});
