import { expect, test } from 'vitest';
import { RawColumn } from '../../src/score/raw-column.js';
import type { RawScore } from '../../src/score/raw-score.js';

const COLUMNS: Readonly<Record<string, readonly RawScore[]>> = {
  numbers: [0, 1, -0, Number.NaN, 1 / 3, -Infinity],
  weighted: [
    { kind: 'weighted', loglikelihood: -3.5, weight: 7 },
    { kind: 'weighted', loglikelihood: -1 / 3, weight: 1 },
  ],
  classes: [
    { kind: 'classes', gold: 1, predicted: 0 },
    { kind: 'classes', gold: -100, predicted: 2 },
  ],
  distributions: [
    { kind: 'distribution', gold: 1, probabilities: [0.25, 0.75] },
    { kind: 'distribution', gold: -1, probabilities: [] },
    { kind: 'distribution', gold: 0, probabilities: [0.5, 0.25, 0.25] },
  ],
  texts: [{ kind: 'texts', references: ['a'], prediction: 'b' }],
  values: [{ kind: 'values', values: [1, 'two', null] }],
  mixed: [1, { kind: 'weighted', loglikelihood: -1, weight: 2 }, 2, { kind: 'values', values: [] }],
};

test.each(Object.keys(COLUMNS))('%s come out of a column as they went in', (name) => {
  const scores = COLUMNS[name] ?? [];
  const column = new RawColumn();
  for (const score of scores) column.push(score);
  expect(Array.from(column)).toEqual(scores);
  expect(column.length).toBe(scores.length);
  expect(column.at(scores.length)).toBeUndefined();
});
