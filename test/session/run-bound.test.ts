import { expect, test } from 'vitest';
import { runBound } from '../../src/session/run-bound.js';

test('a session on the CPU computes what fits the caches of its cores at once; others whole batches', () => {
  const bounds = [1, 2, 4, 16].map((threads) => runBound({ device: 'cpu', threads }));
  expect(bounds).toEqual([1024, 1024, 2048, 8192]);
  expect(runBound({ device: 'webgpu', threads: 1 })).toBe(Infinity);
});
