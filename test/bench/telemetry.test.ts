import { expect, test } from 'vitest';
import { energyOf } from '../../src/bench/energy.js';
import { gpuFiguresOf, reasonsToDoubtGpu } from '../../src/bench/gpu-watch.js';
import type { GpuState } from '../../src/machine/nvml.js';
import { ENVIRONMENT, observation, pointOf, rowOf } from './make-points.js';

const STATE: GpuState = {
  utilization: 0.5,
  watts: 300,
  usedBytes: 8e9,
  temperatureC: 60,
  smClockMhz: 1700,
  throttleBits: 0,
  processes: [{ pid: 7, usedBytes: 5e9 }],
};

test('energy is total, above idle, a token, and how power varied from second to second', () => {
  const observations = [300, 500, 300, 500].map((joules) => observation(1000, { energyJ: joules }));
  expect(energyOf(observations, 100)).toMatchObject({
    totalJ: 1600,
    aboveIdleJ: 1200,
    joulesPerToken: 40,
    joulesPerTokenAboveIdle: 30,
    watts: 400,
    windowSeconds: 4,
  });
  expect(energyOf(observations, 100)?.wattsStdev).toBeCloseTo(115.47, 2);
  expect(energyOf(observations, null)?.aboveIdleJ).toBeNull();
});

test('energy over less than a second is not told, nor is what nothing counts', () => {
  expect(energyOf([observation(999, { energyJ: 5 })], 1)).toBeNull();
  expect(energyOf([observation(5000)], 1)).toBeNull();
});

test('a row has the time in the runtime and outside it, and every output', () => {
  const row = rowOf([10, 10, 10, 10, 10, 10], {
    observations: Array.from({ length: 6 }, (_, i) =>
      observation(10, { digest: `abcdefghij${i}`, energyJ: 9 }),
    ),
    gpu: gpuFiguresOf([STATE], [7]),
    pssBytes: 5,
  });
  expect(row).toMatchObject({ runtimeMs: 9, pssBytes: 5, energy: null, validity: 'VALID' });
  expect(row.hostMs).toBeCloseTo(1, 9);
  expect(row.outputDigests).toEqual(Array.from({ length: 6 }, () => 'abcdefgh'));
  expect(ENVIRONMENT.idleWatts).toEqual({});
});

test('a GPU is told by its own processes, and doubted for others and for held-down clocks', () => {
  const busy = {
    ...STATE,
    processes: [
      { pid: 7, usedBytes: 6e9 },
      { pid: 8, usedBytes: 1e9 },
    ],
    throttleBits: 0x40,
  };
  const figures = gpuFiguresOf([STATE, busy], [7]);
  expect(figures).toMatchObject({ memoryBytes: 6e9, utilization: 0.5, foreignProcesses: 1, throttled: 1 });
  expect(figures === null ? [] : reasonsToDoubtGpu(figures)).toEqual([
    '1 other processes were on the GPU',
    "the GPU's clocks were held down after 1 repetitions",
  ]);
  expect(gpuFiguresOf([], [7])).toBeNull();
});

test('where the driver numbers processes otherwise, none is foreign and memory is that of all', () => {
  const figures = gpuFiguresOf([STATE], [70]);
  expect(figures).toMatchObject({ memoryBytes: 8e9, foreignProcesses: null });
  expect(figures === null ? [] : reasonsToDoubtGpu(figures)).toEqual([]);
});

test('nodes that a GPU left to the CPU make its row INVALID; other remarks do not', () => {
  const notes = ['generates with a run for every token: WebGPU has no Loop', 'runs on the CPU: MatMul head'];
  const row = rowOf([10, 10, 10, 10, 10, 10], { point: pointOf({ device: 'webgpu' }), notes });
  expect(row).toMatchObject({ validity: 'INVALID', doubts: ['runs on the CPU: MatMul head'], notes });
  expect(rowOf([10, 10, 10, 10, 10, 10], { notes }).validity).toBe('VALID');
});

test('a server is VALID when its p90 is below the bound with 99% confidence', () => {
  const server = { kind: 'server', prompt: 8, generate: 4, load: 0.5 } as const;
  const times = Array.from({ length: 70 }, (_, index) => 5 + (index % 7) * 0.01);
  const within = rowOf(times, { point: pointOf({ test: { ...server, boundMs: 6 } }), repeated: [] });
  expect(within).toMatchObject({ validity: 'VALID' });
  const beyond = rowOf(times, { point: pointOf({ test: { ...server, boundMs: 5 } }), repeated: [] });
  expect(beyond.doubts).toEqual(['the p90 latency is not below 5 ms with 99% confidence']);
});
