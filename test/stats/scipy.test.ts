import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fitLossLaw } from '../../src/analysis/laws/loss-law.js';
import { fitLossToScore, predictScore } from '../../src/analysis/laws/loss-to-score.js';
import { fitOverTrainingLaw, predictOverTrained } from '../../src/analysis/laws/over-training-law.js';
import { wilsonInterval } from '../../src/stats/intervals.js';
import { fitDirections } from '../../src/stats/isotonic.js';
import { fitLogistic } from '../../src/stats/logistic.js';
import { mannWhitneyP } from '../../src/stats/mann-whitney.js';
import { benjaminiHochberg } from '../../src/stats/multiple-tests.js';
import { signTestP } from '../../src/stats/sign-test.js';
import { readFixture } from '../helpers/published-curves.js';

// Made by test/oracles/scipy_goldens.py.
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/scaling/scipy.json'), 'utf8'),
) as {
  wilson: { k: number; n: number; low: number; high: number }[];
  isotonic: { y: number[]; weights: number[]; up: number; down: number }[];
  corrections: { p: number[]; bh: number[] };
  ranks: { a: number[]; b: number[]; p: number };
  chinchilla: { E: number; alpha: number; beta: number; objective: number };
  sigmoid: { task: string; error: number; at1: number }[];
  gadre: { error: number; E: number; gamma: number };
  logistic: { x: number[]; n: number[]; k: number[]; coefficients: number[]; stderrs: number[] };
  signs: { up: number; down: number; p: number }[];
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

test('the sigmoid from loss to score is that of SciPy', () => {
  const rows = readFixture('ladder_runs.csv.gz')
    .filter(({ run }) => run?.startsWith('peteish') === false)
    .filter((_, i) => i % 10 === 0);
  for (const { task, error, at1 } of golden.sigmoid) {
    const points = rows.map((row) => ({
      loss: Number(row[`${task}_bpb`]),
      score: Number(row[`${task}_acc`]),
    }));
    const found = fitLossToScore(points);
    const left = [...points, { loss: 0, score: 1 }].reduce(
      (total, { loss, score }) => total + (predictScore(found, loss) - score) ** 2,
      0,
    );
    expect(left).toBeLessThanOrEqual(error * (1 + 1e-6));
    expect(predictScore(found, 1)).toBeCloseTo(at1, 4);
  }
});

test('the law with one exponent is that of SciPy', () => {
  const models = readFixture('gadre_redpajama.csv')
    .filter(({ arch }) => arch?.startsWith('d=') === true)
    .map((row) => ({
      nParams: Number(row['params']),
      tokens: Number(row['tokens']),
      loss: Number(row['c4_loss']),
    }));
  const law = fitOverTrainingLaw(models);
  const left = models.reduce((total, model) => total + (predictOverTrained(law, model) - model.loss) ** 2, 0);
  expect(left).toBeLessThanOrEqual(golden.gadre.error * (1 + 1e-6));
  expect(law.E).toBeCloseTo(golden.gadre.E, 4);
  expect(law.gamma).toBeCloseTo(golden.gadre.gamma, 5);
});

test('binomial regression and the sign test are those of SciPy', () => {
  const { x, n, k, coefficients, stderrs } = golden.logistic;
  const found = fitLogistic(x.map((at, i) => ({ x: [at], successes: k[i] ?? 0, n: n[i] ?? 0 })));
  coefficients.forEach((value, i) => expect(found.coefficients[i]).toBeCloseTo(value, 5));
  stderrs.forEach((value, i) => expect(found.stderrs[i]).toBeCloseTo(value, 5));
  for (const { up, down, p } of golden.signs) expect(signTestP(up, down)).toBeCloseTo(p, 8);
});
