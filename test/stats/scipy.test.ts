import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fitLossLaw } from '../../src/analysis/laws/loss-law.js';
import { wilsonInterval } from '../../src/stats/intervals.js';
import { fitDirections } from '../../src/stats/isotonic.js';
import { mannWhitneyP } from '../../src/stats/mann-whitney.js';
import { benjaminiHochberg } from '../../src/stats/multiple-tests.js';
import { readFixture } from '../helpers/published-curves.js';

// Made by test/oracles/statistics.py.
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/scaling/scipy.json'), 'utf8'),
) as {
  wilson: { k: number; n: number; low: number; high: number }[];
  isotonic: { y: number[]; weights: number[]; up: number; down: number }[];
  corrections: { p: number[]; bh: number[] };
  ranks: { a: number[]; b: number[]; p: number };
  chinchilla: { E: number; alpha: number; beta: number; objective: number };
};

test('Wilson intervals are those of SciPy', () => {
  for (const { k, n, low, high } of golden.wilson) {
    const found = wilsonInterval(k, n);
    expect(found[0]).toBeCloseTo(low, 10);
    expect(found[1]).toBeCloseTo(high, 10);
  }
});

test('monotone fits leave the error that those of SciPy leave', () => {
  for (const { y, weights, up, down } of golden.isotonic) {
    const found = fitDirections(y, weights);
    expect(found.up).toBeCloseTo(up, 10);
    expect(found.down).toBeCloseTo(down, 10);
  }
});

test('corrected and rank-test p-values are those of SciPy', () => {
  benjaminiHochberg(golden.corrections.p).forEach((q, i) =>
    expect(q).toBeCloseTo(golden.corrections.bh[i] ?? -1, 10),
  );
  expect(mannWhitneyP(golden.ranks.a, golden.ranks.b)).toBeCloseTo(golden.ranks.p, 6);
});

test('the loss law ends no higher than the best of SciPy from many starts', () => {
  const models = readFixture('chinchilla_epoch_extracted.csv')
    .map((row) => ({
      nParams: Number(row['Model Size']),
      flops: Number(row['Training FLOP']),
      loss: Number(row['loss']),
    }))
    .map(({ nParams, flops, loss }) => ({ nParams, tokens: flops / 6 / nParams, loss }))
    .toSorted((a, b) => a.loss - b.loss)
    .slice(0, -5);
  const law = fitLossLaw(models);
  expect(law.objective).toBeLessThanOrEqual(golden.chinchilla.objective * (1 + 1e-5));
  expect(law.E).toBeCloseTo(golden.chinchilla.E, 3);
}, 120_000);
