import { expect, test } from 'vitest';
import type { TrialCompletion } from '../../src/domain/record.js';
import { usageOf } from '../../src/run/trial-usage.js';

const telemetry = {
  loadMs: 1,
  peakRssBytes: 9,
  workers: 1,
  threads: 2,
  executionProvider: 'x',
  notes: [],
  usage: {
    spanMs: 5000,
    runtimeMs: 1500,
    hostMs: 500,
    tokenizerMs: 7,
    askedTokens: 100,
    fedTokens: 40,
    flops: 4e9,
    bytes: 1e9,
    peakPssBytes: 5,
    gpu: null,
    energyJ: 60,
    energyMs: 3000,
  },
};
const completion = { device: 'cpu', telemetry, metrics: {}, scores: {} } as unknown as TrialCompletion;
const roof = { device: 'cpu', threads: 2, flopsPerSecond: 4e9, bytesPerSecond: 2e9 };

test('work is a share of the roof of one worker, energy is told above idle', () => {
  expect(usageOf(completion, { roofs: [roof], idleWatts: { cpu: 10 } })).toEqual({
    memory: { peakRssBytes: 9, peakPssBytes: 5, gpuBytes: null },
    energyJ: 60,
    energyAboveIdleJ: 30,
    gpu: null,
    timeMs: { runtime: 1500, host: 500, tokenizer: 7 },
    prefixReuse: 0.6,
    mfu: 0.5,
    mbu: 0.25,
  });
});

test('without a roof of that device and its threads there are no shares', () => {
  const facts = { roofs: [{ ...roof, threads: 1 }], idleWatts: {} };
  expect(usageOf(completion, facts)).toMatchObject({
    mfu: null,
    mbu: null,
    energyJ: 60,
    energyAboveIdleJ: null,
  });
  expect(usageOf(completion, undefined)).toMatchObject({ mfu: null, prefixReuse: 0.6 });
});

test('a journal of an earlier version tells memory only', () => {
  const { usage: _usage, ...before } = telemetry;
  expect(usageOf({ ...completion, telemetry: before }, undefined)).toMatchObject({
    memory: { peakRssBytes: 9, peakPssBytes: null },
    timeMs: null,
  });
});
