import { expect, test } from 'vitest';
import { bootstrapInterval, normalInterval, wilsonInterval } from '../../src/stats/intervals.js';
import {
  clusteredStandardError,
  mean,
  median,
  medianAbsoluteDeviation,
  quantile,
  standardError,
  sum,
} from '../../src/stats/moments.js';
import { createRandom, seedOf, shuffled } from '../../src/stats/random.js';

test('the Wilson interval equals its published example and stays inside [0, 1]', () => {
  // Newcombe 1998, table I: 81 of 263 and 0 of 20.
  const [low, high] = wilsonInterval(81, 263);
  expect(low).toBeCloseTo(0.2553, 4);
  expect(high).toBeCloseTo(0.3662, 4);
  const [zero, upper] = wilsonInterval(0, 20);
  expect(zero).toBe(0);
  expect(upper).toBeCloseTo(0.1611, 4);
  expect(wilsonInterval(20, 20)[1]).toBe(1);
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});

test('moments are those of the definitions', () => {
  expect(sum([1e16, 1, -1e16])).toBe(1);
  expect(mean([1, 2, 3, 6])).toBe(3);
  expect(median([5, 1, 3, 2])).toBe(2.5);
  expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
  expect(standardError([0, 1, 1, 0])).toBeCloseTo(Math.sqrt(1 / 3 / 4), 12);
  expect(standardError([1])).toBeNaN();
});

test('clusters of one item leave the standard error alone, and clusters of copies undo the copying', () => {
  const values = [0, 1, 1, 0, 1, 0, 0, 0];
  const alone = clusteredStandardError(
    values,
    values.map((_, i) => i),
  );
  expect(alone).toBeCloseTo(standardError(values), 12);
  const copied = values.flatMap((value) => [value, value]);
  const clusters = values.flatMap((_, i) => [i, i]);
  expect(clusteredStandardError(copied, clusters) / standardError(values)).toBeCloseTo(1, 0);
});

test('a seed decides every draw', () => {
  const first = createRandom('task');
  const second = createRandom(seedOf('task'));
  expect(Array.from({ length: 5 }, () => first.next())).toEqual(
    Array.from({ length: 5 }, () => second.next()),
  );
  expect(createRandom(1).next()).not.toBe(createRandom(2).next());
  expect(shuffled([1, 2, 3, 4], createRandom(7)).sort((a, b) => a - b)).toEqual([1, 2, 3, 4]);
});

test('uniform, normal and binomial draws have the moments of their laws', () => {
  const random = createRandom(11);
  const uniform = Array.from({ length: 20_000 }, () => random.next());
  expect(mean(uniform)).toBeCloseTo(0.5, 1);
  const normal = Array.from({ length: 20_000 }, () => random.normal());
  expect(Math.abs(mean(normal))).toBeLessThan(0.03);
  expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1);
  expect(mean(Array.from({ length: 500 }, () => random.binomial(40, 0.25)))).toBeCloseTo(10, 0);
});

test('the bootstrap interval of a mean agrees with the normal one where n is large', () => {
  const random = createRandom(3);
  const values = Array.from({ length: 400 }, () => random.normal());
  const [low, high] = bootstrapInterval(values, { random });
  const [expectedLow, expectedHigh] = normalInterval(mean(values), standardError(values));
  expect(low).toBeCloseTo(expectedLow, 1);
  expect(high).toBeCloseTo(expectedHigh, 1);
});
