import { expect, test } from 'vitest';
import { bundleLength, type BundledBatch } from '../../src/engine/bundle.js';

const batch = (tokens: number, change: Partial<BundledBatch> = {}): BundledBatch => ({
  modelFile: 'a',
  threads: 1,
  alone: false,
  size: { kind: 'score', tokens, modelBytes: 1e6 },
  ...change,
});
const lengthOf = (...waiting: BundledBatch[]): number => bundleLength(waiting, ({ tokens }) => tokens);

test('short batches go together, up to 10 ms', () => {
  expect(lengthOf(batch(1), batch(5), batch(4), batch(1))).toBe(3);
  expect(lengthOf(batch(1), batch(1))).toBe(2);
});

test('a batch that is not short goes by itself', () => {
  expect(lengthOf(batch(11), batch(1))).toBe(1);
  expect(lengthOf(batch(1), batch(10), batch(1))).toBe(1);
  expect(lengthOf(batch(50))).toBe(1);
});

test('nothing waits, nothing goes', () => {
  expect(lengthOf()).toBe(0);
});

test('batches of another model or of other threads do not go along', () => {
  expect(lengthOf(batch(1), batch(1, { modelFile: 'b' }))).toBe(1);
  expect(lengthOf(batch(1), batch(1, { threads: 2 }))).toBe(1);
});

test('what has to run alone goes alone', () => {
  expect(lengthOf(batch(1, { alone: true }), batch(1))).toBe(1);
  expect(lengthOf(batch(1), batch(1, { alone: true }))).toBe(1);
});

test('a batch of unknown length goes by itself', () => {
  expect(bundleLength([batch(1), batch(1)], () => null)).toBe(1);
});
