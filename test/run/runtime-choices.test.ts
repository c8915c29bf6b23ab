import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Model } from '../../src/domain/model.js';
import { CalibrationCache } from '../../src/engine/calibration-cache.js';
import type { MachineDescription } from '../../src/machine/describe-machine.js';
import { batchBound } from '../../src/plan/batch-bound.js';
import { chooseRuntime } from '../../src/run/runtime-choices.js';
import { resolveSweep } from '../../src/spec/sweep.js';
import { TINY } from '../helpers/tiny-jobs.js';

const SMALL = join(TINY, 'small');
const model = (nParams: number): Model => ({
  family: 'tiny',
  name: 'small',
  directory: SMALL,
  nParams,
  nParamsNonEmbedding: nParams,
  trainingTokens: null,
  seed: null,
  distinctExamples: null,
  notes: null,
  files: { fp32: join(SMALL, 'model.onnx') },
  tokenizerFile: join(SMALL, 'tokenizer.json'),
});

const machine = (memoryBytes = 16 * 2 ** 30): MachineDescription => ({
  cpu: { model: 'a processor', physicalCores: 8, logicalCores: 8, usableCores: 8 },
  memoryBytes,
  memoryLimitBytes: null,
  os: { platform: 'linux', name: null, kernel: '6', architecture: 'x86_64' },
  gpus: [],
  versions: { 'onnxruntime-node': '1.30.0' },
  commit: null,
});

async function choose(
  nParams: number,
  fields: Readonly<Record<string, unknown>>,
  measured: () => Promise<number>,
  cache = new CalibrationCache(mkdtempSync(join(tmpdir(), 'calibration-'))),
) {
  const remarks: string[] = [];
  const sweep = resolveSweep(fields, { families: [SMALL], tasks: ['t'] }, 'a test');
  const families = [{ name: 'tiny', directory: TINY, models: [model(nParams)] }];
  const calibrate = async (): Promise<number> => await measured();
  const ports = {
    devices: ['cpu'],
    machine: machine(),
    onRemark: (text: string) => remarks.push(text),
    calibrate,
    cache,
  };
  const choices = await chooseRuntime(sweep, { families, digestOf: () => 'digest' }, ports);
  return { choice: choices['tiny/small/fp32/cpu'], remarks };
}

const never = (): Promise<number> => Promise.reject(new Error('measured without need'));

test('threads are measured once a machine and model, and remembered', async () => {
  const cache = new CalibrationCache(mkdtempSync(join(tmpdir(), 'calibration-')));
  const first = await choose(50e6, {}, () => Promise.resolve(2), cache);
  expect(first.choice?.threads).toBe(2);
  expect(first.remarks).toEqual([expect.stringMatching(/^measuring how many threads suit small \(fp32\)/)]);
  const second = await choose(50e6, {}, never, cache);
  expect(second).toEqual({ choice: first.choice, remarks: [] });
});

test('small and very large models, and a number of workers that was asked for, need no measurement', async () => {
  expect((await choose(1e6, {}, never)).choice?.threads).toBe(1);
  expect((await choose(7e9, {}, never)).choice?.threads).toBe(8);
  expect((await choose(50e6, { workers: 2 }, never)).remarks).toEqual([]);
});

test('a model that cannot be measured runs with the usual number of threads', async () => {
  expect((await choose(50e6, {}, never)).choice?.threads).toBe(4);
});

test('a damaged cache is measured and written again', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'calibration-'));
  writeFileSync(join(directory, 'calibration.json'), '{"a processor');
  const { choice } = await choose(50e6, {}, () => Promise.resolve(4), new CalibrationCache(directory));
  expect(choice?.threads).toBe(4);
  expect(
    Object.values(JSON.parse(readFileSync(join(directory, 'calibration.json'), 'utf8')) as object),
  ).toEqual([4]);
});

const GB = 2 ** 30;
const seven = {
  hiddenSize: 4096,
  attentionWidth: 4096,
  vocabularySize: 128_000,
  cacheBytesPerToken: 524_288,
  maxLength: 8192,
};

test('batches are as large as memory holds, in powers of two, between bounds', () => {
  const small = {
    hiddenSize: 64,
    attentionWidth: 64,
    vocabularySize: 300,
    cacheBytesPerToken: 1024,
    maxLength: 256,
  };
  expect(batchBound({ ...small, freeBytes: 16 * GB, sessions: 2, device: 'cpu' })).toBe(4096);
  expect(batchBound({ ...small, freeBytes: 16 * GB, sessions: 1, device: 'cuda:0' })).toBe(16_384);
  const bounds = [4, 10, 16, 30].map((free) =>
    batchBound({ ...seven, freeBytes: free * GB, sessions: 1, device: 'cuda:0' }),
  );
  expect(bounds).toEqual([256, 1024, 1024, 2048]);
  expect(batchBound({ ...seven, freeBytes: -1, sessions: 1, device: 'cpu' })).toBe(256);
});

test('a bound that was asked for is kept', async () => {
  expect((await choose(1e6, { maxBatchTokens: 77 }, never)).choice?.maxBatchTokens).toBe(77);
  expect((await choose(1e6, {}, never)).choice?.maxBatchTokens).toBe(4096);
});
