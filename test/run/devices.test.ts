import { expect, test } from 'vitest';
import { resolveDevices, type DevicePorts } from '../../src/run/devices.js';

function machine(cuda: readonly number[], working: readonly string[], any = cuda.length > 0): DevicePorts {
  return {
    findGpus: () => Promise.resolve({ cuda, any }),
    probe: (name = '', index = '') => {
      const works = working.includes(name) || working.includes(`${name}:${index}`);
      return Promise.resolve(works ? { works } : { works: false, reason: 'no provider library' });
    },
  };
}

test.each([
  ['every CUDA device that works', machine([0, 1, 2], ['cuda:0', 'cuda:2']), ['cuda:0', 'cuda:2']],
  ['WebGPU where there is a GPU without CUDA', machine([0], ['webgpu']), ['webgpu']],
  ['the CPU where WebGPU would be software', machine([], ['webgpu']), ['cpu']],
  ['the CPU where nothing else works', machine([0], []), ['cpu']],
])('auto is %s', async (_what, ports, expected) => {
  expect(await resolveDevices(['auto'], ports)).toEqual(expected);
});

test('cuda is every CUDA device, and a device named twice counts once', async () => {
  expect(await resolveDevices(['cuda', 'cuda:1', 'cpu'], machine([0, 1], ['cuda']))).toEqual([
    'cuda:0',
    'cuda:1',
    'cpu',
  ]);
});

test('CUDA asked for but absent is refused with the command that installs it', async () => {
  await expect(resolveDevices(['cuda:0'], machine([], []))).rejects.toThrow(
    'Expected the device cuda:0 to work, but no provider library: install the CUDA provider with: npm run setup:cuda',
  );
  await expect(resolveDevices(['cuda'], machine([], []))).rejects.toThrow('npm run setup:cuda');
});

test('WebGPU without a driver is refused', async () => {
  await expect(resolveDevices(['webgpu'], machine([], []))).rejects.toThrow(/Vulkan driver/);
});
