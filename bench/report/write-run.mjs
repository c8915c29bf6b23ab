// A made-up run directory of any number of samples, to see what reading and reporting it takes. Nothing in it was measured.
// usage: npm run build && node bench/report/write-run.mjs DIR [--samples 1e6] [--scales 10] [--tasks 10]
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeCheckedLine } from '../../dist/files/checked-lines.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    samples: { type: 'string', default: '1e6' },
    scales: { type: 'string', default: '10' },
    tasks: { type: 'string', default: '10' },
  },
});
const [directory] = positionals;
if (directory === undefined) throw new Error('Expected the directory to write the run into');

const nScales = Number(values.scales);
const nTasks = Number(values.tasks);
const perTrial = Math.ceil(Number(values.samples) / (nScales * nTasks));
const CHOICES = 4;
const ROWS = 256;
const METRICS = ['acc', 'logprob_per_byte', 'choice_probability', 'brier'];

let state = 7;
const random = () => {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
};

const models = Array.from({ length: nScales }, (_, i) => ({
  family: 'made-up',
  name: `made-up-${i}`,
  directory: `/models/made-up-${i}`,
  nParams: Math.round(1e6 * 10 ** (i / 3)),
  nParamsNonEmbedding: Math.round(9e5 * 10 ** (i / 3)),
  trainingTokens: 1e9,
  seed: null,
  distinctExamples: null,
  notes: null,
  digests: { fp32: '0'.repeat(64) },
}));
const tasks = Array.from({ length: nTasks }, (_, i) => ({
  name: `task_${i}`,
  alias: null,
  version: '1.0',
  outputType: 'multiple_choice',
  source: `/tasks/task_${i}.yaml`,
  digest: '0'.repeat(64),
  tags: [],
  shots: 0,
  workload: '0'.repeat(64),
  nSamples: perTrial,
  metrics: METRICS.map((name) => ({
    name,
    higherIsBetter: name !== 'brier',
    chance: name === 'acc' ? 0.25 : null,
  })),
}));
const trials = models.flatMap((model, i) =>
  tasks.map((task, j) => ({
    key: `trial-${i}-${j}`,
    family: model.family,
    model: model.name,
    nParams: model.nParams,
    task: task.name,
    shots: 0,
    precision: 'fp32',
    device: 'cpu',
  })),
);

mkdirSync(directory, { recursive: true });
const header = {
  schema: 'scalesweep.sweep/1',
  name: 'made-up',
  startedAt: '2026-01-01T00:00:00.000Z',
  plan: 'made-up',
  sweep: {
    name: 'made-up',
    families: [],
    tasks: [],
    includePaths: [],
    precisions: ['fp32'],
    devices: ['cpu'],
  },
  devices: ['cpu'],
  workers: 1,
  versions: {},
  machine: {},
  models,
  tasks,
  trials,
  skipped: [],
};
writeFileSync(join(directory, 'sweep.json'), JSON.stringify(header));

const journal = createWriteStream(join(directory, 'journal.ndjson'));
const append = async (record) => {
  if (!journal.write(encodeCheckedLine(record))) await once(journal, 'drain');
};
await append({ type: 'header', schema: 'scalesweep.journal/1', plan: 'made-up' });
for (const [index, trial] of trials.entries()) {
  const [scale, task] = [Math.floor(index / nTasks), index % nTasks];
  const right = 0.25 + 0.7 / (1 + Math.exp(task + 1 - scale));
  const nRequests = perTrial * CHOICES;
  await append({
    type: 'layout',
    trial: trial.key,
    nBatches: Math.ceil(nRequests / ROWS),
    digest: '0'.repeat(64),
  });
  for (let from = 0, batch = 0; from < nRequests; from += ROWS, batch++) {
    const requests = Array.from({ length: Math.min(ROWS, nRequests - from) }, (_, i) => from + i);
    await append({
      type: 'batch',
      trial: trial.key,
      batch: {
        index: batch,
        requests,
        responses: requests.map(() => ['l', -10 * random(), 0, 3]),
        elapsedMs: 5 + random(),
        promptTokens: requests.length * 20,
        generatedTokens: 0,
        computedTokens: requests.length * 24,
        rows: requests.length,
      },
    });
  }
  const rows = Array.from({ length: perTrial }, () => [
    random() < right ? 1 : 0,
    -random(),
    random(),
    random(),
  ]);
  const metrics = METRICS.map((name, column) => {
    const value = rows.reduce((sum, row) => sum + row[column], 0) / perTrial;
    return [name, { value, stderr: Math.sqrt(0.2 / perTrial), ci95: null }];
  });
  await append({
    type: 'completed',
    trial: trial.key,
    device: 'cpu',
    telemetry: {
      loadMs: 1,
      peakRssBytes: 1e8,
      workers: 1,
      threads: 1,
      executionProvider: 'CPUExecutionProvider',
      notes: [],
    },
    metrics: Object.fromEntries(metrics),
    scores: { names: METRICS, docIds: Array.from({ length: perTrial }, (_, i) => i), rows },
  });
}
journal.end();
await once(journal, 'finish');
console.error(`${trials.length} trials of ${perTrial} samples are in ${directory}`);
