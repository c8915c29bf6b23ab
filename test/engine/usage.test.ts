import { expect, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { EnergyLedger } from '../../src/engine/energy-ledger.js';
import { estimateBatchWork } from '../../src/engine/batch-work-estimate.js';
import { packBatch, type PackedBatch } from '../../src/engine/packed-batch.js';
import { UsageMeter } from '../../src/engine/usage-meter.js';
import type { GpuState, NvmlGpu } from '../../src/machine/nvml.js';
import type { DecoderDimensions } from '../../src/onnx/decoder-work.js';
import type { LayoutBatch } from '../../src/session/layout.js';
import { goldensOf, record, tinyJob } from '../helpers/tiny-jobs.js';

const DIMENSIONS: DecoderDimensions = {
  nParamsNonEmbedding: 1000,
  readBytes: 4000,
  nLayers: 2,
  attentionWidth: 8,
  hiddenSize: 8,
  vocabularySize: 50,
  cacheBytesPerToken: 128,
};

const pack = (batch: LayoutBatch): PackedBatch => packBatch(batch, { requests: [], shares: 'nothing' });

const generation = pack({
  kind: 'generate',
  requests: [0],
  prompts: [{ tokens: new Uint32Array(4), requests: [0] }],
  until: [],
  maxNewTokens: 3,
});
const generated = {
  kind: 'generate',
  generations: [{ text: '', nTokens: 3, ended: 'length' }],
  promptTokens: 4,
  computedTokens: 4,
} as const;

test('a generation reads the weights once a token and feeds all but the last', () => {
  // 6 tokens fed, 21 positions seen, 3 predictions; three passes and a cache of 4, 5 and 6 tokens.
  expect(estimateBatchWork(DIMENSIONS, generation, generated)).toEqual({
    flops: 2 * 1000 * 6 + 4 * 8 * 2 * 21 + 2 * 8 * 50 * 3,
    bytes: 3 * 4000 + 128 * (4 + 5 + 6),
    askedTokens: 4,
  });
});

test('a prefix that was fed once counts once', () => {
  const row = {
    tokens: new Uint32Array(10),
    spans: [{ requests: [0], from: 9, targets: new Uint32Array(1) }],
    group: 0,
    context: 0,
  };
  const batch = pack({ kind: 'score', requests: [0, 1], rows: [row, row], prefix: 0, room: 0, size: 20 });
  const answer = {
    kind: 'score',
    loglikelihoods: new Float64Array(2),
    greedy: new Uint8Array(2),
    computedTokens: 12,
  } as const;
  const whole = estimateBatchWork(DIMENSIONS, batch, { ...answer, promptTokens: 20 });
  const shared = estimateBatchWork(DIMENSIONS, batch, { ...answer, promptTokens: 11 });
  const head = 2 * 2 * 8 * 50;
  expect(whole.flops).toBe(2 * (2 * 1000 * 10 + 4 * 8 * 2 * 55) + head);
  expect(shared.flops - head).toBeCloseTo(((whole.flops - head) * 11) / 20, 6);
  expect(shared.askedTokens).toBe(20);
});

test('energy is divided among the trials that were at work, and not told below a second', () => {
  let [now, joules] = [0, 0];
  const ledger = new EnergyLedger({ source: 'rapl', joules: () => joules }, () => now);
  const at = (ms: number, total: number): void => void ([now, joules] = [ms, total]);
  at(1000, 50);
  ledger.open('a');
  at(2000, 150);
  ledger.open('b');
  at(2900, 250);
  expect(ledger.close('b')).toEqual({ joules: null, shareMs: 450 });
  at(3000, 260);
  expect(ledger.close('a')).toEqual({ joules: 100 + 50 + 10, shareMs: 1000 + 450 + 100 });
  expect(ledger.close('unknown')).toEqual({ joules: null, shareMs: 0 });
  expect(new EnergyLedger(null).close('a').joules).toBeNull();
});

test('a meter sums batches and keeps what the GPU showed', () => {
  const state = {
    utilization: 0.5,
    watts: 200,
    usedBytes: 7,
    processes: [{ pid: process.pid, usedBytes: 3 }],
  };
  const gpu = { state: () => state as unknown as GpuState } as unknown as NvmlGpu;
  const meter = new UsageMeter('cuda:0', { energy: null, gpu });
  meter.open('t', { dimensions: DIMENSIONS, tokenizerMs: 2 });
  const batch = { batch: generation, answer: generated, elapsedMs: 10, runtimeMs: 8, tokenizerMs: 1 };
  meter.count('t', batch);
  meter.count('t', batch);
  meter.count('other', batch);
  expect(meter.close('t')).toMatchObject({
    runtimeMs: 16,
    hostMs: 4,
    tokenizerMs: 4,
    askedTokens: 8,
    fedTokens: 8,
    energyJ: null,
    gpu: { memoryBytes: 3, utilization: 0.5, watts: 200 },
  });
  expect(meter.close('t')).toBeNull();
});

test('an engine tells what a trial used', async () => {
  const engine = await openEngine({ device: 'cpu', workers: 1 });
  const requests = goldensOf('large').cases.map(({ request }) => request);
  const { telemetry, batches } = await record(engine, tinyJob(requests));
  await engine.close();
  const { usage } = telemetry;
  const elapsed = batches.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  expect((usage?.runtimeMs ?? 0) + (usage?.hostMs ?? 0)).toBeCloseTo(elapsed, 3);
  expect(usage?.runtimeMs).toBeGreaterThan(0);
  expect(usage?.tokenizerMs).toBeGreaterThan(0);
  expect(usage?.flops).toBeGreaterThan(1e6);
  expect(usage?.askedTokens).toBeGreaterThanOrEqual(usage?.fedTokens ?? Infinity);
  if (process.platform === 'linux') expect(usage?.peakPssBytes).toBeGreaterThan(2 ** 20);
}, 60_000);
