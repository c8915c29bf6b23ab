import type { BenchModel, BenchPoint } from '../../src/bench/bench-point.js';
import type { CompletedRow } from '../../src/bench/bench-row.js';
import type { BenchEnvironment } from '../../src/bench/environment.js';
import type { MachineCounters } from '../../src/bench/machine-watch.js';
import { makeRow } from '../../src/bench/make-row.js';
import type { Observation } from '../../src/bench/observe.js';

/** A model as the benchmark knows it: 1000 parameters in layers, vocabulary 50, width 8, 2 layers. */
export const MODEL: BenchModel = {
  name: 'toy',
  family: 'toys',
  directory: '/toys/toy',
  file: '/toys/toy/onnx/model.onnx',
  tokenizerFile: '/toys/toy/tokenizer.json',
  precision: 'fp32',
  nParams: 1800,
  nParamsNonEmbedding: 1000,
  weightBytes: 7200,
  digest: 'd1',
  geometry: {
    nParamsNonEmbedding: 1000,
    readBytes: 5600,
    nLayers: 2,
    attentionWidth: 8,
    cacheBytesPerToken: 128,
    vocabularySize: 50,
    hiddenSize: 8,
    maxLength: 64,
  },
};

export const ENVIRONMENT: BenchEnvironment = {
  cpu: 'Test CPU, 3 GHz',
  cores: 2,
  memoryBytes: 2 ** 34,
  gpu: null,
  driver: null,
  os: 'Test OS',
  kernel: '1',
  governor: null,
  node: 'v20',
  onnxruntime: '1',
  scalesweep: '0',
  commit: null,
  loadAverage: 0,
  idleWatts: {},
  gpuSettings: null,
  smt: null,
  aslr: null,
  freeMemoryBytes: 2 ** 33,
  priority: 0,
};

export function pointOf(changes: Partial<BenchPoint> = {}): BenchPoint {
  const test = { kind: 'prompt', prompt: 10 } as const;
  return { model: MODEL, device: 'cpu', threads: 2, batch: 1, concurrency: 1, test, ...changes };
}

export function observation(timeMs: number, changes: Partial<Observation> = {}): Observation {
  const none = { ttftMs: null, itlMs: null, energyJ: null, gpu: null };
  const digests = { exactDigest: 'x', digest: 'x' };
  return {
    timeMs,
    spentMs: timeMs,
    tokens: 10,
    runtimeMs: 0.9 * timeMs,
    cpuMs: timeMs,
    peakRssBytes: 1,
    ...none,
    ...digests,
    ...changes,
  };
}

/** A quiet machine on which only the measured process worked. */
export function quiet(ms: number): MachineCounters {
  return { busyMs: ms, ownMs: ms, stolenMs: 0, swappedPages: 0, throttles: null, atMs: ms };
}

/** The row of a point with these times in ms. */
export function rowOf(
  times: readonly number[],
  changes: Partial<Parameters<typeof makeRow>[0]> = {},
): CompletedRow {
  const total = times.reduce((sum, time) => sum + time, 0);
  const row = makeRow(
    {
      point: pointOf(),
      seed: '0',
      backend: 'CPUExecutionProvider',
      observations: times.map((time) => observation(time)),
      order: times.map((_, index) => index),
      stop: 'precise',
      warmUps: { count: 3, stable: true },
      loadMs: 5,
      pssBytes: null,
      waitedMs: 0,
      notes: [],
      gpu: null,
      meanwhile: quiet(total),
      repeated: [observation(times[0] ?? 1)],
      fresh: [observation(times[0] ?? 1)],
      ...changes,
    },
    {
      environment: ENVIRONMENT,
      roof: { device: 'cpu', threads: 2, flopsPerSecond: 1e9, bytesPerSecond: 1e9 },
      datasheet: null,
    },
  );
  if (row.status !== 'completed') throw new Error(row.reason);
  return row;
}
