import { expect, test } from 'vitest';
import {
  executionProviderName,
  isDeviceMissing,
  openingError,
  sessionOptions,
} from '../../src/session/execution-provider.js';

test('a CUDA device is asked for by its number, WebGPU and the CPU by name', () => {
  expect(sessionOptions('cuda:3', 1).executionProviders).toEqual([{ name: 'cuda', deviceId: 3 }]);
  expect(sessionOptions('webgpu', 1).executionProviders).toEqual(['webgpu']);
  expect(sessionOptions('cpu', 4)).toMatchObject({
    executionProviders: ['cpu'],
    intraOpNumThreads: 4,
    interOpNumThreads: 1,
  });
});

test.each([
  ['cpu', 'CPUExecutionProvider'],
  ['webgpu', 'WebGpuExecutionProvider'],
  ['cuda:0', 'CUDAExecutionProvider'],
])('what ran on %s is known in the profile as %s', (device, provider) => {
  expect(executionProviderName(device)).toBe(provider);
});

test.each(['cuda', 'cuda:', 'cuda:x', 'gpu', ''])('%j is no device', (device) => {
  expect(() => sessionOptions(device, 1)).toThrow(/^Expected a device cpu, webgpu or cuda:N, got /);
});

test('a device that is missing is told from a model that is broken, with what to do', () => {
  const said = new Error('Failed to load shared library\n at somewhere');
  const cuda = openingError('cuda:0', 'model.onnx', said);
  expect(cuda.message).toBe(
    'Expected onnxruntime to run on cuda:0, but its CUDA provider does not load (Failed to load shared library); install it with `npm run setup:cuda`, or use --device cpu.',
  );
  expect(
    [cuda, openingError('webgpu', 'm', said), openingError('cpu', 'm', said)].map(isDeviceMissing),
  ).toEqual([true, true, false]);
});
