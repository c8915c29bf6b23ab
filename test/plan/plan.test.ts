import { expect, test } from 'vitest';
import { planSweep, type Plan } from '../../src/plan/plan.js';
import { spreadOverDevices } from '../../src/plan/spread.js';
import { fakeFamily, fakeModel, fakeWorkload } from '../helpers/fake-sweep.js';

const small = fakeModel('small', 1e3);
const large = fakeModel('large', 1e6);
const workloads = [fakeWorkload('a', 3), fakeWorkload('b', 5)];

function plan(changes: Partial<Parameters<typeof planSweep>[0]> = {}): Plan {
  return planSweep({
    families: [fakeFamily(small, large)],
    workloads,
    precisions: ['fp32'],
    devices: ['cpu'],
    choiceFor: () => ({ threads: 1, maxBatchTokens: 4096 }),
    digestOf: (model, precision) => `${model.name}-${precision}`,
    ...changes,
  });
}

test('every cell of the sweep is a trial, and trials of one model stand together', () => {
  expect(plan().trials.map(({ trial }) => `${trial.model} ${trial.task}`)).toEqual([
    'small a',
    'small b',
    'large a',
    'large b',
  ]);
});

test('the same sweep has the same keys and digest', () => {
  expect(plan().digest).toBe(plan().digest);
  expect(new Set(plan().trials.map(({ trial }) => trial.key)).size).toBe(4);
});

test.each([
  ['the weights', { digestOf: () => 'other' }],
  ['the batch bound', { choiceFor: () => ({ threads: 1, maxBatchTokens: 8 }) }],
  ['the threads of a session', { choiceFor: () => ({ threads: 2, maxBatchTokens: 4096 }) }],
  ['the requests', { workloads: [fakeWorkload('a', 4), fakeWorkload('b', 6)] }],
])('a change of %s changes every key', (_what, changes) => {
  const before = new Set(plan().trials.map(({ trial }) => trial.key));
  expect(plan(changes).trials.filter(({ trial }) => before.has(trial.key))).toEqual([]);
});

test('devices do not change keys, so that a lost device can hand its trials on', () => {
  expect(plan({ devices: ['cuda:0', 'cuda:1'] }).digest).toBe(plan().digest);
});

test('a precision that a model lacks is skipped with the files it has', () => {
  const { trials, skipped } = plan({ precisions: ['fp32', 'q4'] });
  expect(trials).toHaveLength(4);
  expect(skipped).toHaveLength(4);
  expect(skipped[0]?.reason).toBe('Expected small to have a q4 file, but /models/small holds fp32 only');
});

test('a family named twice is refused', () => {
  expect(() => plan({ families: [fakeFamily(small), fakeFamily(small)] })).toThrow(
    'fake/small on a at 0 shots',
  );
});

test('sessions are spread longest first, each whole on the least loaded device', () => {
  const sessions = ['s', 's', 'm', 'm', 'l'];
  expect(spreadOverDevices([1, 1, 3, 3, 7], sessions, ['d0', 'd1'])).toEqual(['d1', 'd1', 'd1', 'd1', 'd0']);
});
