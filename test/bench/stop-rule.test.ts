import { expect, test } from 'vitest';
import { halfWidth, isWarm, PRESETS, stopReason } from '../../src/bench/stop-rule.js';
import { poissonArrivals } from '../../src/bench/server-scenario.js';

const steady = (n: number, ms: number): number[] =>
  Array.from({ length: n }, (_, i) => ms + (i % 2) * 0.001 * ms);

test('a point is done when repetitions, time and precision are all there', () => {
  const rule = PRESETS.standard;
  expect(stopReason(steady(9, 1000), rule)).toBeNull();
  expect(stopReason(steady(10, 200), rule)).toBeNull();
  expect(stopReason(steady(10, 400), rule)).toBe('precise');
});

test('a noisy point ends at the cap, and says so', () => {
  const noisy = Array.from({ length: 20 }, (_, i) => 500 + (i % 2) * 5000);
  expect(halfWidth(noisy)).toBeGreaterThan(0.02);
  expect(stopReason(noisy.slice(0, 12), PRESETS.standard)).toBeNull();
  expect(stopReason([...noisy, 10_000], PRESETS.standard)).toBe('time cap');
  expect(stopReason([1, 1], PRESETS.smoke)).toBe('repetition cap');
});

test('fewer than six values have no interval', () => {
  expect(halfWidth([1, 1, 1, 1, 1])).toBe(Infinity);
});

test('warm is: the last three within 10%, after 200 ms', () => {
  expect(isWarm([500, 100, 100, 100])).toEqual({ done: true, stable: true });
  expect(isWarm([10, 10, 10])).toEqual({ done: false, stable: false });
  expect(isWarm([500, 100, 200, 100]).done).toBe(false);
  expect(isWarm([4000, 2000, 5000])).toEqual({ done: true, stable: false });
});

test('arrivals are the same for a seed and have the asked mean gap', () => {
  const arrivals = poissonArrivals(4000, 10, 's');
  expect(arrivals).toEqual(poissonArrivals(4000, 10, 's'));
  expect((arrivals.at(-1) ?? 0) / 4000).toBeGreaterThan(9.5);
  expect((arrivals.at(-1) ?? 0) / 4000).toBeLessThan(10.5);
});
