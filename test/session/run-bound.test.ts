import { expect, test } from 'vitest';
import { runBound } from '../../src/session/run-bound.js';

test('a session of one thread on the CPU computes what fits its caches at once; others whole batches', () => {
  expect(runBound({ device: 'cpu', threads: 1 })).toBe(1024);
  expect(runBound({ device: 'cpu', threads: 2 })).toBe(Infinity);
  expect(runBound({ device: 'webgpu', threads: 1 })).toBe(Infinity);
});
