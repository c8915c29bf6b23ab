import { expect, test } from 'vitest';
import { plotScales, quantitiesOf } from '../../src/bench/scale-plot.js';
import { MODEL, pointOf, rowOf } from './make-points.js';

const scaleOf = (nParams: number, ms: number) =>
  rowOf(
    Array.from({ length: 8 }, (_, index) => ms + 0.01 * index),
    { point: pointOf({ model: { ...MODEL, nParams, name: `toy-${nParams}` } }) },
  );
const energy = { totalJ: 8, aboveIdleJ: 4, joulesPerToken: 0.5, joulesPerTokenAboveIdle: null } as const;
const withEnergy = { ...energy, watts: 5, wattsStdev: null, windowSeconds: 2 };

test('every test is drawn with intervals and the rate at which its use would be whole', () => {
  const rows = [scaleOf(1000, 5), scaleOf(10_000, 50)];
  const [speed] = quantitiesOf(rows);
  expect(speed?.title).toBe('pp10: tokens/s');
  expect(speed?.rows.map(({ nParams, series }) => `${nParams} ${series}`)).toEqual([
    '1000 fp32 cpu x1',
    '10000 fp32 cpu x1',
  ]);
  expect(speed?.rows[0]?.lo).toBeLessThan(speed?.rows[0]?.value ?? 0);
  const [first] = rows;
  expect(speed?.roof?.[0]?.value).toBeCloseTo((first?.tokensPerSecond?.median ?? 0) / (first?.mfu ?? 1), 3);
});

test('energy has its own chart where it was counted', () => {
  const rows = [scaleOf(1000, 5), scaleOf(10_000, 50)].map((row) => ({ ...row, energy: withEnergy }));
  expect(quantitiesOf(rows).map(({ title }) => title)).toEqual(['pp10: tokens/s', 'pp10: J/token']);
});

test('the picture is one SVG, and one scale is no picture', async () => {
  const svg = await plotScales([scaleOf(1000, 5), scaleOf(10_000, 50)]);
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain('pp10: tokens/s');
  await expect(plotScales([scaleOf(1000, 5)])).rejects.toThrow('Expected one test measured at two scales');
});
