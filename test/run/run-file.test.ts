import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Workload } from '../../src/domain/task.js';
import { Journal } from '../../src/journal/journal.js';
import { planSweep, type Plan } from '../../src/plan/plan.js';
import { beginRun, resumeRun } from '../../src/run/begin-run.js';
import { openLedger } from '../../src/run/ledger.js';
import { readRun } from '../../src/run/read-run.js';
import { curvesOfRun } from '../../src/run/run-curves.js';
import { readRunHeader, RUN_SCHEMA, runPaths, type RunHeader } from '../../src/run/run-file.js';
import { runPlan } from '../../src/schedule/run-plan.js';
import { resolveSweep } from '../../src/spec/sweep.js';
import { fakeEngine, fakeFamily, fakeModel, fakeScorer, fakeWorkload } from '../helpers/fake-sweep.js';

const MODEL = fakeModel('small', 1e3);
const directory = (): string => mkdtempSync(join(tmpdir(), 'run-'));

function fakeRun(weights = 'w'): { plan: Plan; header: RunHeader } {
  const workload: Workload = fakeWorkload('a', 5);
  const plan = planSweep({
    families: [fakeFamily(MODEL)],
    workloads: [workload],
    precisions: ['fp32', 'q4'],
    devices: ['cpu'],
    choiceFor: () => ({ threads: 1, maxBatchTokens: 64 }),
    digestOf: () => weights,
  });
  const { files: _files, tokenizerFile: _tokenizer, ...model } = MODEL;
  const header: RunHeader = {
    schema: RUN_SCHEMA,
    name: 'fake',
    startedAt: '2026-01-01T00:00:00.000Z',
    plan: plan.digest,
    sweep: resolveSweep({}, { families: ['f'], tasks: ['t'] }, 'test'),
    devices: ['cpu'],
    workers: 1,
    runtime: {},
    versions: {},
    machine: {},
    models: [{ ...model, digests: { fp32: weights } }],
    tasks: [{ ...workload.task, shots: 0, workload: workload.id, nSamples: 5 }],
    trials: plan.trials.map(({ trial }) => trial),
    skipped: plan.skipped.map(({ trial, code, reason }) => ({ trial, code, reason })),
  };
  return { plan, header };
}

async function runInto(path: string): Promise<void> {
  const { plan, header } = fakeRun();
  const ledger = await openLedger(path, { plan: header.plan, retryFailed: false });
  await runPlan(
    plan.trials,
    { progressOf: ledger.progressOf, signal: new AbortController().signal },
    {
      append: (record) => ledger.journal.append(record),
      scorer: fakeScorer,
      openEngine: (device) => Promise.resolve(fakeEngine(device)),
      onBatch: () => undefined,
      onOutcome: () => undefined,
      onDeviceLost: () => undefined,
    },
  );
  await ledger.journal.close();
}

test('a run is read back from sweep.json and the journal alone', async () => {
  const path = directory();
  await beginRun(path, fakeRun().header);
  await runInto(path);
  const run = await readRun(path);
  expect(run.unfinished).toEqual([]);
  expect(run.trials.map(({ state }) => state)).toEqual(['completed', 'skipped']);
  const [trial] = run.trials;
  expect(trial).toMatchObject({
    n: 5,
    metrics: { acc: { value: 2 } },
    batches: { count: 3, minRows: 1, maxRows: 2 },
  });
  expect([...(run.scoresOf(trial?.key ?? '', 'acc')?.values ?? [])]).toEqual([0, 1, 2, 3, 4]);
});

test('percentiles are left out where batches are too few for them', async () => {
  const path = directory();
  await beginRun(path, fakeRun().header);
  await runInto(path);
  const [trial] = (await readRun(path)).trials;
  expect(trial?.state === 'completed' && trial.latencyMs).toEqual({ p50: 1, p90: null });
});

test('a run that has not begun its trials lists them as unfinished', async () => {
  const path = directory();
  await beginRun(path, fakeRun().header);
  expect((await readRun(path)).unfinished).toHaveLength(1);
});

test('a directory that holds a run is not begun again', async () => {
  const path = directory();
  await beginRun(path, fakeRun().header);
  await expect(beginRun(path, fakeRun().header)).rejects.toThrow(
    `Expected ${path} to be empty, but it holds a run`,
  );
});

test('a resume is refused when a model changed, by its name', async () => {
  const path = directory();
  await beginRun(path, fakeRun().header);
  await expect(resumeRun(path, fakeRun('other').header)).rejects.toThrow(
    'but model small changed since it began',
  );
  expect((await resumeRun(path, fakeRun().header)).name).toBe('fake');
});

test('a failed trial is ended for a resume, and open again for one that retries', async () => {
  const path = directory();
  const { header } = fakeRun();
  const key = header.trials[0]?.key ?? '';
  const journal = await Journal.open(runPaths(path).journal, 0);
  await journal.append({ type: 'failed', trial: key, code: 'X', reason: 'x' });
  await journal.close();
  const ledger = await openLedger(path, { plan: header.plan, retryFailed: false });
  expect(ledger.ended.has(key)).toBe(true);
  await ledger.journal.close();
  const retrying = await openLedger(path, { plan: header.plan, retryFailed: true });
  expect(retrying.ended.has(key)).toBe(false);
  await retrying.journal.close();
});

test.each(['ENGINE_DIED', 'DEVICE_LOST'])(
  'a trial that failed with %s is tried again by every resume',
  async (code) => {
    const path = directory();
    const { header } = fakeRun();
    const key = header.trials[0]?.key ?? '';
    const journal = await Journal.open(runPaths(path).journal, 0);
    await journal.append({ type: 'failed', trial: key, code, reason: 'killed' });
    await journal.close();
    const ledger = await openLedger(path, { plan: header.plan, retryFailed: false });
    expect(ledger.ended.has(key)).toBe(false);
    await ledger.journal.close();
  },
);

test('a directory without a run, and a sweep.json that is no JSON, are refused by name', async () => {
  const path = directory();
  await expect(readRunHeader(path)).rejects.toThrow(
    `Expected ${path} to be a run directory with a sweep.json`,
  );
  writeFileSync(runPaths(path).header, '{');
  await expect(readRunHeader(path)).rejects.toThrow(`Expected ${runPaths(path).header} to be JSON`);
});

test('the curves of a run hold its samples packed, and give them when they are asked for', async () => {
  const path = directory();
  await beginRun(path, fakeRun().header);
  await runInto(path);
  const [curve] = curvesOfRun(await readRun(path));
  const point = curve?.points[0];
  expect(point?.items).toEqual([0, 1, 2, 3, 4].map((value) => ({ item: value, value })));
  expect(Object.getOwnPropertyDescriptor(point, 'items')).toHaveProperty('get');
  expect({ ...point }.items).toHaveLength(5);
});
