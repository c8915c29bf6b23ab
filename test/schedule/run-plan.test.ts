import { expect, test } from 'vitest';
import type { BatchResult, Engine } from '../../src/domain/engine.js';
import type { JournalRecord } from '../../src/domain/record.js';
import type { Workload } from '../../src/domain/task.js';
import { JournalError, SweepError, TrialError } from '../../src/errors.js';
import { noProgress, type TrialProgress } from '../../src/journal/recover.js';
import { planSweep } from '../../src/plan/plan.js';
import { runPlan, type PlanPorts, type TrialOutcome } from '../../src/schedule/run-plan.js';
import {
  fakeEngine,
  fakeFamily,
  fakeModel,
  fakeScorer,
  fakeWorkload,
  type FakeEngineOptions,
} from '../helpers/fake-sweep.js';

const trialsOn = (...devices: string[]): ReturnType<typeof planSweep>['trials'] =>
  planSweep({
    families: [fakeFamily(fakeModel('small', 1e3), fakeModel('large', 1e6))],
    workloads: [fakeWorkload('a', 5), fakeWorkload('b', 4)],
    precisions: ['fp32'],
    devices,
    choiceFor: () => ({ threads: 1, maxBatchTokens: 64 }),
    digestOf: (model) => model.name,
  }).trials;

interface Result {
  records: JournalRecord[];
  outcomes: Map<string, TrialOutcome>;
  lost: string[];
}

async function run(
  trials: ReturnType<typeof trialsOn>,
  engines: Record<string, Engine | Error>,
  changes: {
    ports?: Partial<PlanPorts<Workload>>;
    progress?: Map<string, TrialProgress>;
    signal?: AbortSignal;
  } = {},
): Promise<Result> {
  const result: Result = { records: [], outcomes: new Map(), lost: [] };
  const ports: PlanPorts<Workload> = {
    append: (record) => {
      result.records.push(record);
      return Promise.resolve();
    },
    scorer: fakeScorer,
    onBatch: () => undefined,
    onOutcome: ({ trial }, outcome) => result.outcomes.set(`${trial.model} ${trial.task}`, outcome),
    onDeviceLost: (device) => result.lost.push(device),
    openEngine: (device) => {
      const engine = engines[device];
      return engine instanceof Error || engine === undefined
        ? Promise.reject(engine ?? new Error(device))
        : Promise.resolve(engine);
    },
    ...changes.ports,
  };
  const progressOf = (key: string): TrialProgress => changes.progress?.get(key) ?? noProgress();
  await runPlan(trials, { progressOf, signal: changes.signal ?? new AbortController().signal }, ports);
  return result;
}

/** A trial of three batches, of which some are there. */
function progressWith(digest: string, batches: readonly BatchResult[] = []): TrialProgress {
  const progress = noProgress();
  progress.layouts.set(0, { nBatches: 3, digest });
  for (const batch of batches) {
    progress.batches.set(batch.index, { ...batch, nRequests: batch.requests.length });
    progress.answers.add(batch);
  }
  return progress;
}

const states = ({ outcomes }: Result): Record<string, string> =>
  Object.fromEntries([...outcomes].map(([name, { state }]) => [name, state]));

test('every batch is journalled before its trial is completed, and the metrics are those of all samples', async () => {
  const { records, outcomes } = await run(trialsOn('cpu'), { cpu: fakeEngine('cpu', { capacity: 3 }) });
  const first = records[0];
  const key = first?.type === 'layout' ? first.trial : '';
  const types = records.filter((record) => 'trial' in record && record.trial === key).map(({ type }) => type);
  expect(types).toEqual(['layout', 'batch', 'batch', 'batch', 'completed']);
  const outcome = outcomes.get('small a');
  expect(outcome?.state === 'completed' && outcome.completion.metrics['acc']?.value).toBe(2);
});

test('a resumed trial asks only for the batches that the journal lacks, and scores all', async () => {
  const trials = trialsOn('cpu').slice(0, 1);
  const key = trials[0]?.trial.key ?? '';
  const whole = await run(trials, { cpu: fakeEngine('cpu') });
  const batches = whole.records.flatMap((record) => (record.type === 'batch' ? [record.batch] : []));
  const progress = new Map([[key, progressWith('layout-5', batches.slice(0, 2))]]);
  const engine = fakeEngine('cpu');
  const resumed = await run(trials, { cpu: engine }, { progress });
  expect(engine.ran).toEqual(['/models/small/model.onnx#2']);
  expect(resumed.records.map(({ type }) => type)).toEqual(['batch', 'completed']);
  expect(resumed.records.at(-1)).toEqual(whole.records.at(-1));
});

test('what memory turned out to hold is journalled, and a resumed trial begins with it', async () => {
  const trials = trialsOn('cpu').slice(0, 1);
  const first = await run(trials, { cpu: fakeEngine('cpu', { memoryTokens: 16 }) });
  const bounds = first.records.filter(({ type }) => type === 'bound');
  const trial = trials[0]?.trial.key ?? '';
  expect(bounds).toEqual([{ type: 'bound', trial, maxPartTokens: 16 }]);
  const progress = new Map([[trial, { ...progressWith('layout-5'), maxPartTokens: 16 }]]);
  const resumed = await run(trials, { cpu: fakeEngine('cpu', { memoryTokens: 16 }) }, { progress });
  expect(resumed.records.map(({ type }) => type)).toEqual(['batch', 'batch', 'batch', 'completed']);
});

test('a trial cut otherwise than before is failed, not mixed', async () => {
  const trials = trialsOn('cpu').slice(0, 1);
  const progress = new Map([[trials[0]?.trial.key ?? '', progressWith('another')]]);
  const { outcomes } = await run(trials, { cpu: fakeEngine('cpu') }, { progress });
  expect(outcomes.get('small a')).toMatchObject({ state: 'failed', code: 'LAYOUT_CHANGED' });
});

const failAt = (trial: string, error: Error): FakeEngineOptions => ({
  beforeBatch: (job, index) => {
    if (index === 1 && `${job.modelFile} ${job.workloadId}`.includes(trial)) throw error;
  },
});

test('a failed trial is journalled with its reason and the others go on', async () => {
  const engine = fakeEngine(
    'cpu',
    failAt('small/model.onnx workload-b', new TrialError('NAN', 'the output is NaN')),
  );
  const result = await run(trialsOn('cpu'), { cpu: engine });
  expect(states(result)).toEqual({
    'small a': 'completed',
    'small b': 'failed',
    'large a': 'completed',
    'large b': 'completed',
  });
  expect(result.records.find(({ type }) => type === 'failed')).toMatchObject({
    code: 'NAN',
    reason: 'the output is NaN',
  });
});

test('several devices work at the same time, the longest sessions spread over them', async () => {
  const order: string[] = [];
  const watched = (device: string): Engine =>
    fakeEngine(device, { beforeBatch: ({ modelFile }) => order.push(`${device} ${modelFile}`) });
  const engines = { 'cuda:0': watched('cuda:0'), 'cuda:1': watched('cuda:1') };
  const result = await run(trialsOn('cuda:0', 'cuda:1'), engines);
  expect(Object.values(states(result))).toEqual(['completed', 'completed', 'completed', 'completed']);
  const [large, small] = ['cuda:0 /models/large/model.onnx', 'cuda:1 /models/small/model.onnx'];
  expect(new Set(order)).toEqual(new Set([large, small]));
  expect(order.indexOf(small)).toBeLessThan(order.lastIndexOf(large));
  expect(order.indexOf(large)).toBeLessThan(order.lastIndexOf(small));
});

test('a lost device hands its trials on to another', async () => {
  const dying = fakeEngine(
    'cuda:0',
    failAt('large', new TrialError('DEVICE_LOST', 'cuda:0 fell off the bus')),
  );
  const heir = fakeEngine('cuda:1');
  const result = await run(trialsOn('cuda:0', 'cuda:1'), { 'cuda:0': dying, 'cuda:1': heir });
  expect(result.lost).toEqual(['cuda:0']);
  expect(Object.values(states(result))).toEqual(['completed', 'completed', 'completed', 'completed']);
  expect(heir.ran.some((batch) => batch.startsWith('/models/large'))).toBe(true);
});

/** An engine that waits with a trial, told by its model and workload, for something to happen. */
function waitingEngine(device: string, trial: string, until: Promise<void>): Engine {
  const engine = fakeEngine(device, { capacity: 2 });
  const runTrial: Engine['runTrial'] = async (job, handlers) => {
    if (`${job.modelFile} ${job.workloadId}`.includes(trial)) await until;
    return await engine.runTrial(job, handlers);
  };
  return { ...engine, runTrial };
}

function signalling(): { happened: Promise<void>; happens: () => void } {
  let happens = (): void => undefined;
  const happened = new Promise<void>((resolve) => {
    happens = resolve;
  });
  return { happened, happens };
}

test('trials of a lost device begin on another while that is still at work on its own', async () => {
  const { happened, happens } = signalling();
  const dying = fakeEngine(
    'cuda:0',
    failAt('large', new TrialError('DEVICE_LOST', 'cuda:0 fell off the bus')),
  );
  const heir = waitingEngine('cuda:1', 'small/model.onnx workload-a', happened);
  const onOutcome: PlanPorts<Workload>['onOutcome'] = ({ trial }, outcome) => {
    if (outcome.state === 'completed' && trial.model === 'large') happens();
  };
  const engines = { 'cuda:0': dying, 'cuda:1': heir };
  const result = await run(trialsOn('cuda:0', 'cuda:1'), engines, { ports: { onOutcome } });
  expect(result.lost).toEqual(['cuda:0']);
  expect(result.records.filter(({ type }) => type === 'completed')).toHaveLength(4);
});

test('a device that is through takes over sessions of a slower one', async () => {
  const { happened, happens } = signalling();
  const sizes = [8, 7, 6, 5, 4, 3];
  const { trials } = planSweep({
    families: [fakeFamily(...sizes.map((size) => fakeModel(`m${size}`, size * 1e6)))],
    workloads: [fakeWorkload('a', 2)],
    precisions: ['fp32'],
    devices: ['cpu', 'cuda:0'],
    choiceFor: () => ({ threads: 1, maxBatchTokens: 64 }),
    digestOf: (model) => model.name,
  });
  const first = trials.find(({ trial }) => trial.device === 'cpu')?.trial.model ?? '';
  const fast = fakeEngine('cuda:0');
  const slow = waitingEngine('cpu', `${first}/`, happened);
  const done: string[] = [];
  const onOutcome: PlanPorts<Workload>['onOutcome'] = ({ trial }, outcome) => {
    done.push(trial.model);
    // All but the one that the slow device has at work.
    if (outcome.state === 'completed' && done.length === sizes.length - 1) happens();
  };
  await run(trials, { cpu: { ...slow, capacity: 1 }, 'cuda:0': fast }, { ports: { onOutcome } });
  expect(done).toHaveLength(sizes.length);
  expect(done.at(-1)).toBe(first);
});

test('trials of the only device fail with its reason when it is lost', async () => {
  const dying = fakeEngine('cpu', {
    beforeBatch: () => {
      throw new TrialError('DEVICE_LOST', 'gone');
    },
  });
  const result = await run(trialsOn('cpu'), { cpu: dying });
  expect(Object.values(states(result))).toEqual(['failed', 'failed', 'failed', 'failed']);
});

test('a device that this machine cannot have ends the run as a wrong request', async () => {
  const refused = new SweepError('NO_CUDA', 'npm run setup:cuda');
  await expect(run(trialsOn('cuda:0'), { 'cuda:0': refused })).rejects.toBe(refused);
});

test('a journal that cannot be written ends the run, and trials in flight are not called failed', async () => {
  const full = new JournalError('DISK_FULL', 'the disk is full');
  const outcomes: TrialOutcome[] = [];
  const ports = {
    append: () => Promise.reject(full),
    onOutcome: (_: unknown, outcome: TrialOutcome) => void outcomes.push(outcome),
  };
  await expect(run(trialsOn('cpu'), { cpu: fakeEngine('cpu', { capacity: 2 }) }, { ports })).rejects.toBe(
    full,
  );
  expect(outcomes).toEqual([]);
});

test('an abort leaves the trials in flight open', async () => {
  const controller = new AbortController();
  const engine = fakeEngine('cpu', {
    beforeBatch: (_job, index) => {
      if (index !== 1) return;
      controller.abort();
      throw new TrialError('ENGINE_DIED', 'killed');
    },
  });
  const { outcomes, records } = await run(trialsOn('cpu'), { cpu: engine }, { signal: controller.signal });
  expect(outcomes.size).toBe(0);
  expect(records.map(({ type }) => type)).toEqual(['layout', 'batch']);
});
