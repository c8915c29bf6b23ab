import { expect, test } from 'vitest';
import { Deadlines } from '../../src/engine/deadline.js';
import { planWorkers } from '../../src/engine/worker-plan.js';

const SMALL = { kind: 'score', tokens: 1000, modelBytes: 1e6 } as const;
const READING = SMALL.modelBytes / 20_000;

test('a batch gets the minimum, and time to read the weights', () => {
  expect(new Deadlines(60_000).deadlineMs(SMALL)).toBe(60_000 + READING);
});

test('a large model that was never measured gets what a very slow machine would need', () => {
  const large = { kind: 'score', tokens: 4096, modelBytes: 640e6 } as const;
  expect(new Deadlines(60_000).deadlineMs(large)).toBeGreaterThan(2e6);
});

test('measured batches set the pace, by kind and model', () => {
  const deadlines = new Deadlines(1000);
  deadlines.observe(SMALL, 10_000);
  deadlines.observe(SMALL, 500);
  expect(deadlines.deadlineMs(SMALL)).toBe(200_000 + READING);
  expect(deadlines.deadlineMs({ ...SMALL, tokens: 500 })).toBe(100_000 + READING);
  expect(deadlines.deadlineMs({ ...SMALL, kind: 'generate' })).toBe(1000 + READING);
});

test('what a batch takes at most is told by the slowest of its kind', () => {
  const deadlines = new Deadlines(1000);
  expect(deadlines.slowestMs(SMALL)).toBeNull();
  deadlines.observe(SMALL, 10);
  deadlines.observe(SMALL, 5);
  expect(deadlines.slowestMs({ ...SMALL, tokens: 2000 })).toBe(20);
});

test('what a batch usually takes is told by the last ones of its kind', () => {
  const deadlines = new Deadlines(1000);
  expect(deadlines.usualMs(SMALL)).toBeNull();
  for (const elapsedMs of [100, ...Array<number>(9).fill(10)]) deadlines.observe(SMALL, elapsedMs);
  expect(deadlines.usualMs(SMALL)).toBeCloseTo(10, 0);
  expect(deadlines.usualMs({ ...SMALL, tokens: 500 })).toBeCloseTo(5, 0);
});

test.each([
  [3e3, 2, { workers: 2, threads: 1 }],
  [3e6, 8, { workers: 8, threads: 1 }],
  [160e6, 2, { workers: 1, threads: 2 }],
  [160e6, 8, { workers: 2, threads: 4 }],
  [7e9, 8, { workers: 1, threads: 8 }],
  [7e9, 1, { workers: 1, threads: 1 }],
])('a model of %d parameters on %d cores runs as %j', (nParams, cores, plan) => {
  expect(planWorkers(nParams, cores)).toEqual(plan);
  expect(plan.workers * plan.threads).toBeLessThanOrEqual(cores);
});
