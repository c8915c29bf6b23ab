import { expect, test } from 'vitest';
import { greedyToken, scoreTarget } from '../../src/session/log-softmax.js';
import { cutAtStops } from '../../src/session/stop-watch.js';

test('a log-probability is that of the softmax, whatever the size of the logits', () => {
  const logits = Float32Array.of(1, 2, 3);
  const total = Math.exp(1) + Math.exp(2) + Math.exp(3);
  expect(scoreTarget(logits, 0).logProbability).toBeCloseTo(1 - Math.log(total), 12);
  expect(scoreTarget(Float32Array.of(1e30, -1e30), 0)).toEqual({ logProbability: 0, isGreedy: true });
});

test('of equal logits the first is the greedy one', () => {
  expect(greedyToken(Float32Array.of(1, 5, 5))).toBe(1);
  expect(scoreTarget(Float32Array.of(5, 5), 1).isGreedy).toBe(false);
});

test.each([
  [[1, Number.NaN, 2], 0],
  [[Number.NaN, 1], 1],
  [[Infinity, 1], 0],
  [[-Infinity, -Infinity], 0],
  [[-Infinity, 1], 0],
])('logits %j give no score', (logits, target) => {
  expect(() => scoreTarget(Float32Array.from(logits), target)).toThrow(/^Expected finite log-probabilities/);
});

test('NaN among logits is no token', () => {
  expect(() => greedyToken(Float32Array.of(1, Number.NaN))).toThrow(/NaN/);
});

test('a text is cut at the first of its stops', () => {
  expect(cutAtStops('one two three', ['three', 'two'])).toBe('one ');
  expect(cutAtStops('one', [])).toBe('one');
});
