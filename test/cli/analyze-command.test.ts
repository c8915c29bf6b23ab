import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.js';

const FIXTURES = join(import.meta.dirname, '../fixtures/scaling');
const root = mkdtempSync(join(tmpdir(), 'analyze-'));
const SIZES = ['125m', '350m', '1.3b', '2.7b', '6.7b', '13b', '30b', '66b'];

function table(name: string, rows: readonly string[]): string {
  const path = join(root, name);
  writeFileSync(path, `${rows.join('\n')}\n`);
  return path;
}

const HEADER = 'family,scale,task,shots,metric,value,n,chance';
const rowsOf = (task: string, values: readonly number[], chance: number): string[] =>
  values.map((value, i) => `opt,${SIZES[i]},${task},0,acc,${value},2000,${chance}`);

describe('analyze --format json', () => {
  let curves: Record<string, unknown>[] = [];
  beforeAll(async () => {
    const file = table('points.csv', [
      HEADER,
      ...rowsOf('facts', [0.3, 0.38, 0.45, 0.52, 0.57, 0.62, 0.67, 0.71], 0.25),
      ...rowsOf('sums', [0, 0, 0, 0.01, 0.01, 0.02, 0.05, 0.6], 0),
      ...rowsOf('coin', [0.5, 0.51, 0.49, 0.5, 0.5, 0.51, 0.5, 0.49], 0.5),
    ]);
    const result = await runCli(['analyze', file, '--format', 'json', '--draws', '400']);
    expect(result.code).toBe(0);
    ({ curves } = JSON.parse(result.stdout) as { curves: Record<string, unknown>[] });
  });

  test('has the names that programs rely on', () => {
    expect(curves.map(({ task, class: name }) => [task, name])).toEqual([
      ['facts', 'smooth'],
      ['sums', 'emergent'],
      ['coin', 'flat'],
    ]);
    const names = ['family', 'task', 'shots', 'metric', 'axis', 'class', 'confidence', 'threshold'];
    const numbers = ['linearity', 'breakthroughness', 'forecast', 'backtest', 'evidence'];
    expect(Object.keys(curves[0] ?? {})).toEqual(expect.arrayContaining([...names, ...numbers]));
    expect(curves[1]).toMatchObject({ family: 'opt', shots: 0, metric: 'acc', axis: 'parameters' });
  });

  test('thresholds are names of scales, and null where nothing rises', () => {
    expect(curves[1]?.['threshold']).toEqual({ above: '30b', atMost: '66b' });
    expect(curves[2]?.['threshold']).toBeNull();
  });

  test('forecasts stand within a decade, with their interval and back-test', () => {
    const forecast = curves[0]?.['forecast'] as { x: number; value: number; lo: number; hi: number }[];
    expect(forecast.length).toBeGreaterThan(0);
    for (const { x, value, lo, hi } of forecast) {
      expect(x).toBeGreaterThan(66e9);
      expect(x).toBeLessThanOrEqual(660e9);
      expect([lo <= value, value <= hi]).toEqual([true, true]);
    }
    const backtest = curves[0]?.['backtest'] as Record<string, unknown>;
    expect(Object.keys(backtest)).toEqual(['mae', 'maeLastValue', 'skill', 'coverage']);
    expect(curves[0]).toMatchObject({ forecastUsable: true, forecastNote: null });
  });
});

const chinchilla = join(FIXTURES, 'chinchilla_epoch_extracted.csv');

test('--law gives the refit of Chinchilla with intervals', async () => {
  const args = ['analyze', chinchilla, '--law', '--drop-highest', '5', '--format', 'json'];
  const { laws } = JSON.parse((await runCli(args)).stdout) as {
    laws: { limit: { value: number; lo: number; hi: number }; terms: { exponent: { value: number } }[] }[];
  };
  const [law] = laws;
  expect(Math.abs((law?.limit.value ?? 0) - 1.8172)).toBeLessThanOrEqual(2e-4);
  expect(Math.abs((law?.terms[0]?.exponent.value ?? 0) - 0.3473)).toBeLessThanOrEqual(1e-3);
  expect(Math.abs((law?.terms[1]?.exponent.value ?? 0) - 0.3672)).toBeLessThanOrEqual(1e-3);
  expect(law?.limit.lo).toBeLessThan(1.8172);
  expect(law?.limit.hi).toBeGreaterThan(1.8172);
}, 60_000);

test('--law of one budget is a power law of the axis, and scores are forecast by way of it', async () => {
  const losses = [3.2, 2.9, 2.65, 2.5, 2.38, 2.29, 2.2, 2.13];
  const scores = losses.map((loss) => 0.25 + 0.75 / (1 + Math.exp(3 * (loss - 2.4))));
  const file = table('loss.csv', [
    'scale,task,metric,value,n,stderr',
    ...losses.map((loss, i) => `${SIZES[i]},story,bits_per_byte,${loss},,0.01`),
    ...scores.map((score, i) => `${SIZES[i]},story,acc,${score},5000,`),
  ]);
  const { code, stdout } = await runCli(['analyze', file, '--law']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/models story bits_per_byte: .* \/ parameters\^0\.\d+ {2}\(8 models/);
  expect(stdout).toMatch(/story acc by way of story bits_per_byte: .*; skill 0\.\d+/);
}, 30_000);

test.each([
  [['--axis', 'size'], /--axis to be one of/],
  [['--law', '--drop-highest', '-1'], /--drop-highest to be a whole number from 0/],
  [['--metric', 'nothing'], /none of the 1 is one/],
])('%j is refused', async (flags, message) => {
  const result: CliResult = await runCli(['analyze', chinchilla, ...flags]);
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(message);
});
