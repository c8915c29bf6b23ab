import { expect, test } from 'vitest';
import { openDeviceMeter } from '../../src/machine/device-meter.js';
import { compileFakeNvml } from '../helpers/fake-nvml.js';

const library = compileFakeNvml();
const places = { nvml: library ?? 'none', powercap: '/nowhere' };

test('a machine without counters has meters that tell nothing', () => {
  expect(openDeviceMeter('cpu', places)).toEqual({ energy: null, gpu: null });
  expect(openDeviceMeter('cuda:0', { ...places, nvml: 'libthere-is-none.so' })).toEqual({
    energy: null,
    gpu: null,
  });
});

test.runIf(library !== null)('the only GPU is that of webgpu and cuda:0', () => {
  expect(openDeviceMeter('webgpu', places).gpu?.name).toBe('NVIDIA H100 80GB HBM3');
  expect(openDeviceMeter('cuda:0', places).gpu?.uuid).toBe('GPU-fake');
  expect(openDeviceMeter('cuda:1', places).gpu).toBeNull();
});
