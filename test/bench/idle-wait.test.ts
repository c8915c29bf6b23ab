import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { foreignShare, IdleWait } from '../../src/bench/idle-wait.js';
import { quiet } from './make-points.js';

/** Counters of a machine on which others work in the first `looks` looks. */
function busyFor(looks: number): () => ReturnType<typeof quiet> {
  let at = 0;
  let busyMs = 0;
  return () => {
    if (at > 0 && at <= looks) busyMs += 100 * availableParallelism();
    return { ...quiet(0), busyMs, ownMs: 0, atMs: 100 * at++ };
  };
}

test('it waits until others are done, and no longer than its patience', async () => {
  const wait = new IdleWait(5000, busyFor(2));
  await wait.settle();
  expect(wait.waitedMs).toBeGreaterThan(290);
  expect(wait.waitedMs).toBeLessThan(2000);
  const impatient = new IdleWait(150, busyFor(1000));
  await impatient.settle();
  expect(impatient.waitedMs).toBeLessThan(1000);
});

test('without patience it does not wait, and own work is not foreign', async () => {
  const wait = new IdleWait(0, busyFor(1000));
  await wait.settle();
  expect(wait.waitedMs).toBe(0);
  expect(foreignShare({ ...quiet(1000), busyMs: 900, ownMs: 900 })).toBe(0);
  expect(foreignShare({ ...quiet(1000), busyMs: null })).toBe(0);
});
