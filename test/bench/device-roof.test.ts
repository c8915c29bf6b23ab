import { expect, test } from 'vitest';
import { measureDeviceRoof } from '../../src/bench/device-roof.js';

test('a chain of products within the device has about the rate of one, here on the CPU', async () => {
  const { flopsPerSecond, bytesPerSecond } = await measureDeviceRoof(
    { device: 'cpu', threads: 1, seconds: 0.01 },
    { small: 256, large: 384, read: 1024 },
  );
  expect(flopsPerSecond).toBeGreaterThan(1e9);
  expect(flopsPerSecond).toBeLessThan(1e13);
  expect(bytesPerSecond).toBeGreaterThan(1e8);
  expect(bytesPerSecond).toBeLessThan(1e12);
}, 240_000);
