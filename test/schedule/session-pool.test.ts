import { expect, test } from 'vitest';
import { planSweep, type PlannedTrial } from '../../src/plan/plan.js';
import { SessionPool } from '../../src/schedule/session-pool.js';
import { fakeFamily, fakeModel, fakeWorkload } from '../helpers/fake-sweep.js';

/** A plan of models of one task each, by name, device and cost. */
function planned(
  ...wanted: readonly (readonly [model: string, device: string, cost: number])[]
): PlannedTrial[] {
  return wanted.map(([name, device, cost]) => {
    const { trials } = planSweep({
      families: [fakeFamily(fakeModel(name, 1e3))],
      workloads: [fakeWorkload('a', 2)],
      precisions: ['fp32'],
      devices: [device],
      choiceFor: () => ({ threads: 1, maxBatchTokens: 64 }),
      digestOf: (model) => model.name,
    });
    return { ...(trials[0] as PlannedTrial), cost };
  });
}

let clock = 0;
const now = (): number => clock;

async function take(pool: SessionPool<PlannedTrial['workload']>, device: string): Promise<PlannedTrial> {
  const trial = await pool.next(device);
  if (trial === null) throw new Error(`nothing for ${device}`);
  return trial;
}

const PLAN = planned(
  ['a', 'gpu', 40],
  ['b', 'gpu', 50],
  ['c', 'cpu', 45],
  ['d', 'cpu', 30],
  ['e', 'cpu', 10],
);

test('a device works through its own, the longest first, and then takes over the longest of another', async () => {
  const pool = new SessionPool(PLAN, now);
  const order: string[] = [];
  await take(pool, 'cpu');
  for (let count = 0; count < 3; count++) {
    const trial = await take(pool, 'gpu');
    order.push(trial.trial.model);
    clock += 100;
    pool.ended('gpu', trial);
  }
  expect(order).toEqual(['b', 'a', 'd']);
});

test('a slow device takes over only what it ends before the other gets to it', async () => {
  const pool = new SessionPool(PLAN, now);
  // 0.09 a millisecond on the one, 9 on the other.
  const slow = [await take(pool, 'gpu'), await take(pool, 'gpu')];
  const fast = await take(pool, 'cpu');
  clock += 5;
  pool.ended('cpu', fast);
  clock += 995;
  for (const trial of slow) pool.ended('gpu', trial);
  const waiting = pool.next('gpu');
  for (const name of ['d', 'e']) {
    const trial = await take(pool, 'cpu');
    expect(trial.trial.model).toBe(name);
    clock += 3;
    pool.ended('cpu', trial);
  }
  // When all has ended there is nothing to wait for.
  expect(await waiting).toBeNull();
  expect(await pool.next('cpu')).toBeNull();
});

test('waiting does not make a device slower', async () => {
  const pool = new SessionPool(
    planned(['a', 'gpu', 50], ['c', 'cpu', 40], ['d', 'cpu', 30], ['e', 'cpu', 20]),
    now,
  );
  const own = await take(pool, 'gpu');
  const other = await take(pool, 'cpu');
  clock += 10;
  pool.ended('gpu', own);
  clock += 1000;
  pool.ended('cpu', other);
  // 5 a millisecond against 0.04: by the time since it began it would be as slow as the other.
  expect((await take(pool, 'gpu')).trial.model).toBe('d');
});

test('one device keeps the order of the plan', async () => {
  const pool = new SessionPool(planned(['a', 'cpu', 1], ['b', 'cpu', 3], ['c', 'cpu', 2]), now);
  const order = [await take(pool, 'cpu'), await take(pool, 'cpu'), await take(pool, 'cpu')];
  expect(order.map(({ trial }) => trial.model)).toEqual(['a', 'b', 'c']);
});

test('what a lost device had goes to one that waits, at once, and is counted', async () => {
  const pool = new SessionPool(PLAN, now);
  const dying = await take(pool, 'cpu');
  for (const trial of [await take(pool, 'gpu'), await take(pool, 'gpu')]) pool.ended('gpu', trial);
  for (const name of ['d', 'e']) {
    const trial = await take(pool, 'gpu');
    expect(trial.trial.model).toBe(name);
    pool.ended('gpu', trial);
  }
  const waiting = pool.next('gpu');
  pool.lose('cpu', [dying]);
  expect(await waiting).toBe(dying);
  expect(pool.nLeft('cpu')).toBe(1);
  expect(await pool.next('cpu')).toBeNull();
});

test('a closed pool gives nothing, to those that wait neither', async () => {
  const pool = new SessionPool(planned(['a', 'gpu', 1], ['b', 'cpu', 1]), now);
  const [first] = [await take(pool, 'gpu'), await take(pool, 'cpu')];
  const waiting = pool.next('gpu');
  pool.close();
  expect(await waiting).toBeNull();
  expect(first.trial.model).toBe('a');
});
