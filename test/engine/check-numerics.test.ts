import { expect, test } from 'vitest';
import { loadFamily } from '../../src/catalog/load-family.js';
import type { Response } from '../../src/domain/request.js';
import { checkNumerics, compareResponses } from '../../src/engine/check-numerics.js';
import { join } from 'node:path';
import { TINY } from '../helpers/tiny-jobs.js';

const score = (loglikelihood: number): Response => ({
  kind: 'loglikelihood',
  loglikelihood,
  isGreedy: false,
  nTokens: 2,
});
const text = (answer: string): Response => ({
  kind: 'generate_until',
  text: answer,
  nTokens: 1,
  ended: 'stop',
});

test('differences, flipped answers and other generations are counted', () => {
  const reference = [score(-1), score(-2), score(-3), score(-4), text('a'), text('b')];
  const same = compareResponses(reference, reference);
  expect(same).toEqual({
    maxDifference: 0,
    flipped: 0,
    questions: 1,
    differentGenerations: 0,
    generations: 2,
  });
  const other = compareResponses(reference, [
    score(-1),
    score(-0.5),
    score(-3),
    score(-4),
    text('a'),
    text('c'),
  ]);
  expect(other).toEqual({
    maxDifference: 0.75,
    flipped: 1,
    questions: 1,
    differentGenerations: 1,
    generations: 2,
  });
});

test('on the CPU in fp32 no way of running flips an answer', { timeout: 120_000 }, async () => {
  const { models } = await loadFamily(join(TINY, 'large'));
  const [model] = models;
  if (model === undefined) throw new Error('no model');
  const rows = await checkNumerics(model, { precision: 'fp32', devices: ['cpu'] });
  expect(rows.map(({ way }) => way)).toEqual([
    'full logits, batched',
    'programs, a context at a time',
    'programs, batched',
  ]);
  for (const row of rows) {
    expect(row.maxDifference).toBeLessThan(1e-4);
    expect(row).toMatchObject({
      device: 'cpu',
      flipped: 0,
      questions: 24,
      differentGenerations: 0,
      generations: 12,
    });
  }
});
