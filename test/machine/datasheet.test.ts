import { expect, test } from 'vitest';
import { datasheetOfCpu, datasheetOfGpu } from '../../src/machine/datasheet.js';

test.each([
  ['NVIDIA H100 80GB HBM3', 'H100 SXM', 989.5e12, 3350e9],
  ['NVIDIA H100 PCIe', 'H100 PCIe', 756e12, 2000e9],
  ['NVIDIA H200', 'H200 SXM', 989.5e12, 4800e9],
  ['NVIDIA A100-SXM4-80GB', 'A100 SXM 80 GB', 312e12, 2039e9],
  ['NVIDIA A100 80GB PCIe', 'A100 PCIe 80 GB', 312e12, 1935e9],
  ['NVIDIA A100-SXM4-40GB', 'A100 40 GB', 312e12, 1555e9],
  ['NVIDIA L40S', 'L40S', 362e12, 864e9],
  ['NVIDIA L4', 'L4', 121e12, 300e9],
  ['NVIDIA GeForce RTX 4090', 'RTX 4090', 165.2e12, 1008e9],
])('%s is the %s', (driverName, name, fp16, bytes) => {
  const sheet = datasheetOfGpu(driverName);
  expect(sheet?.name).toBe(name);
  expect(sheet?.fp16FlopsPerSecond).toBeCloseTo(fp16, -6);
  expect(sheet?.bytesPerSecond).toBeCloseTo(bytes, -6);
});

test('a processor is rated by the cores that are used, at their base clock', () => {
  expect(datasheetOfCpu('AMD EPYC 7763 64-Core Processor', 2)?.fp32FlopsPerSecond).toBeCloseTo(
    2 * 2.45e9 * 32,
    -3,
  );
  expect(datasheetOfCpu('AMD EPYC 7763 64-Core Processor', 999)?.fp32FlopsPerSecond).toBeCloseTo(
    64 * 2.45e9 * 32,
    -3,
  );
  expect(datasheetOfCpu('Apple M1', 8)).toMatchObject({ fp32FlopsPerSecond: null, bytesPerSecond: 68.25e9 });
});

test('what is not in the table has no data sheet', () => {
  expect(datasheetOfGpu('Some GPU')).toBeNull();
  expect(datasheetOfCpu('Intel(R) Xeon(R) Processor', 2)).toBeNull();
  expect(datasheetOfCpu('Apple M1 Max', 8)).toBeNull();
});
