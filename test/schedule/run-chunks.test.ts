import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Engine, TrialJob } from '../../src/domain/engine.js';
import type { JournalRecord } from '../../src/domain/record.js';
import { TrialError } from '../../src/errors.js';
import { noProgress, type TrialProgress } from '../../src/journal/recover.js';
import { cutIntoChunks } from '../../src/plan/chunks.js';
import { planSweep, type PlannedTrial } from '../../src/plan/plan.js';
import { runPlan, type TrialOutcome } from '../../src/schedule/run-plan.js';
import { fakeEngine, fakeFamily, fakeModel, fakeScorer, fakeWorkload } from '../helpers/fake-sweep.js';

const SAMPLES = 11;

function plannedWith(requests: number): PlannedTrial {
  const { trials } = planSweep({
    families: [fakeFamily(fakeModel('small', 1e3))],
    workloads: [fakeWorkload('a', SAMPLES)],
    precisions: ['fp32'],
    devices: ['cpu'],
    chunkLimits: { requests, characters: Infinity },
    choiceFor: () => ({ threads: 1, maxBatchTokens: 64 }),
    digestOf: ({ name }) => name,
  });
  return trials[0] as PlannedTrial;
}

async function run(
  planned: PlannedTrial,
  engine: Engine,
  progress: TrialProgress = noProgress(),
): Promise<{ records: JournalRecord[]; outcome: TrialOutcome | undefined }> {
  const records: JournalRecord[] = [];
  let outcome: TrialOutcome | undefined;
  await runPlan(
    [planned],
    { progressOf: () => progress, signal: new AbortController().signal },
    {
      append: (record) => {
        records.push(record);
        return Promise.resolve();
      },
      scorer: fakeScorer,
      openEngine: () => Promise.resolve(engine),
      onBatch: () => undefined,
      onOutcome: (_, ended) => (outcome = ended),
      onDeviceLost: () => undefined,
    },
  );
  return { records, outcome };
}

/** What a journal holds of a trial after some of its records. */
function recovered(records: readonly JournalRecord[]): TrialProgress {
  const progress = noProgress();
  for (const record of records) {
    if (record.type === 'layout') progress.layouts.set(record.chunk ?? 0, record);
    if (record.type !== 'batch') continue;
    const { requests, responses: _responses, ...cost } = record.batch;
    progress.batches.set(cost.index, { ...cost, nRequests: requests.length });
    progress.answers.add(record.batch);
  }
  return progress;
}

const scoresOf = (records: readonly JournalRecord[]): unknown => {
  const completed = records.find(({ type }) => type === 'completed');
  return completed?.type === 'completed' && { metrics: completed.metrics, scores: completed.scores };
};

test('samples are cut in order, each whole, and a sample larger than a chunk stands alone', () => {
  const samples = [1, 3, 1, 5, 1].map((nRequests, docId) => ({
    docId,
    doc: {},
    requests: Array.from({ length: nRequests }, () => ({
      kind: 'loglikelihood_rolling' as const,
      text: 'abcd',
    })),
  }));
  const stretches = (limits: { requests: number; characters: number }): (readonly number[])[] =>
    cutIntoChunks(samples, limits).chunks.map((chunk) => [
      chunk.firstSample,
      chunk.nSamples,
      chunk.firstRequest,
    ]);
  expect(stretches({ requests: 4, characters: Infinity })).toEqual([
    [0, 2, 0],
    [2, 1, 4],
    [3, 1, 5],
    [4, 1, 10],
  ]);
  expect(stretches({ requests: 100, characters: 20 })).toEqual([
    [0, 3, 0],
    [3, 1, 5],
    [4, 1, 10],
  ]);
  expect(stretches({ requests: 100, characters: 1000 })).toEqual([[0, 5, 0]]);
});

test('a workload in chunks gives the scores of the whole, its requests numbered on', async () => {
  const whole = await run(plannedWith(100), fakeEngine('cpu'));
  const pieces = await run(plannedWith(3), fakeEngine('cpu'));
  expect(scoresOf(pieces.records)).toEqual(scoresOf(whole.records));
  const batches = pieces.records.flatMap((record) => (record.type === 'batch' ? [record.batch] : []));
  expect(batches.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const asked = batches.flatMap(({ requests }) => requests).toSorted((a, b) => a - b);
  expect(asked).toEqual(Array.from({ length: SAMPLES }, (_, request) => request));
  const layouts = pieces.records.flatMap((record) => (record.type === 'layout' ? [record.chunk] : []));
  expect(layouts).toEqual([undefined, 1, 2, 3]);
});

test('a trial of one chunk is journalled and asked as it was before there were chunks', async () => {
  const jobs: TrialJob[] = [];
  const engine = fakeEngine('cpu');
  const planned = plannedWith(100);
  const { records } = await run(planned, {
    ...engine,
    runTrial: (job, handlers) => {
      jobs.push(job);
      return engine.runTrial(job, handlers);
    },
  });
  const layout = { type: 'layout', trial: planned.trial.key, nBatches: 6, digest: 'layout-11' };
  expect(records[0]).toEqual(layout);
  expect(jobs.map(({ key, workloadId, isPiece }) => [key, workloadId, isPiece])).toEqual([
    [planned.trial.key, 'workload-a-11', false],
  ]);
});

test('wherever a run of many chunks ends, the resumed one asks only for what is missing, and comes to the same', async () => {
  const whole = await run(plannedWith(3), fakeEngine('cpu'));
  const ran = (records: readonly JournalRecord[]): number[] =>
    records.flatMap((record) => (record.type === 'batch' ? [record.batch.index] : []));
  for (let cut = 0; cut < whole.records.length; cut += 1) {
    const before = whole.records.slice(0, cut);
    const resumed = await run(plannedWith(3), fakeEngine('cpu'), recovered(before));
    expect(scoresOf(resumed.records), `cut at ${cut}`).toEqual(scoresOf(whole.records));
    const all = [...ran(before), ...ran(resumed.records)].toSorted((a, b) => a - b);
    expect(all, `cut at ${cut}`).toEqual([0, 1, 2, 3, 4, 5, 6]);
  }
});

test('chunks that are there are not sent again', async () => {
  const whole = await run(plannedWith(3), fakeEngine('cpu'));
  const keys: string[] = [];
  const engine = fakeEngine('cpu', { beforeBatch: ({ key }) => keys.push(key.replace(/^.*:/, '')) });
  const lastBatch = whole.records.findLastIndex(({ type }) => type === 'batch');
  await run(plannedWith(3), engine, recovered(whole.records.toSpliced(lastBatch)));
  expect(keys).toEqual(['3']);
});

test('a chunk that is cut otherwise than before fails the trial', async () => {
  const progress = noProgress();
  progress.layouts.set(1, { nBatches: 2, digest: 'another' });
  const { outcome } = await run(plannedWith(3), fakeEngine('cpu'), progress);
  expect(outcome).toMatchObject({ state: 'failed', code: 'LAYOUT_CHANGED' });
});

test('a chunk that fails ends the trial and stops the one beside it', async () => {
  const engine = fakeEngine('cpu', {
    beforeBatch: ({ key }, index) => {
      if (key.endsWith(':1') && index === 0) throw new TrialError('NAN', 'the output is NaN');
    },
  });
  const { records, outcome } = await run(plannedWith(4), engine);
  expect(outcome).toEqual({ state: 'failed', code: 'NAN', reason: 'the output is NaN' });
  expect(records.filter(({ type }) => type === 'completed')).toEqual([]);
  expect(engine.ran.length).toBeLessThan(6);
});

test('an engine holds two chunks of large workloads at a time', async () => {
  const engine = fakeEngine('cpu');
  let [atWork, most] = [0, 0];
  const counted: Engine = {
    ...engine,
    runTrial: async (job, handlers) => {
      atWork += 1;
      most = Math.max(most, atWork);
      const telemetry = await engine.runTrial(job, handlers);
      await sleep(5);
      atWork -= 1;
      return telemetry;
    },
  };
  await run(plannedWith(1), counted);
  expect(most).toBe(2);
});
