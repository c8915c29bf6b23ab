import { expect, test } from 'vitest';
import type { CudaFiles } from '../../src/machine/cuda-files.js';
import { findDevices, type DevicePorts } from '../../src/machine/find-devices.js';
import { probe, probeWith, type Probe } from '../../src/machine/probe.js';

const TWO_GPUS =
  '0, GPU-a, NVIDIA H200, 580.65.06, 143771, 9.0\n1, GPU-b, NVIDIA H200, 580.65.06, 143771, 9.0\n';
const FILES: CudaFiles = {
  onnxruntime: '1.30.0',
  isSupported: true,
  provider: '/somewhere/libonnxruntime_providers_cuda.so',
  wants: 'CUDA 13 and cuDNN 9',
  missing: [],
};

function machine(options: {
  smi?: string | null;
  files?: Partial<CudaFiles>;
  probes?: Record<string, Probe>;
}): DevicePorts {
  return {
    run: async (command) => (command === 'nvidia-smi' ? (options.smi ?? null) : null),
    probe: async (...subject) =>
      options.probes?.[subject.join(':')] ?? { works: false, reason: 'Failed to get a WebGPU adapter' },
    inspectCudaFiles: async () => ({ ...FILES, ...options.files }),
  };
}

async function cudaFindings(options: Parameters<typeof machine>[0]) {
  return (await findDevices(machine(options))).filter(({ device }) => device.startsWith('cuda'));
}

test('every CUDA GPU is tried on its own', async () => {
  const probes = {
    'cuda:0': { works: true },
    'cuda:1': { works: false, reason: 'out of\n memory' },
  } as const;
  expect(await cudaFindings({ smi: TWO_GPUS, probes })).toEqual([
    { device: 'cuda:0', works: true, reason: null, mend: null },
    expect.objectContaining({ device: 'cuda:1', works: false, reason: 'out of memory' }),
  ]);
});

test('a GPU without the CUDA files of onnxruntime-node names the command that fetches them', async () => {
  const [first] = await cudaFindings({ smi: TWO_GPUS, files: { provider: null } });
  expect(first).toMatchObject({ device: 'cuda:0', works: false, mend: 'npm run setup:cuda' });
  expect(first?.reason).toContain('they want CUDA 13 and cuDNN 9');
});

test('CUDA libraries that are not found are named with the versions wanted', async () => {
  const [first] = await cudaFindings({ smi: TWO_GPUS, files: { missing: ['libcudnn.so.9'] } });
  expect(first?.reason).toBe('onnxruntime-node 1.30.0 wants CUDA 13 and cuDNN 9; not found: libcudnn.so.9');
});

test('without an NVIDIA GPU there is one finding that says so', async () => {
  expect(await cudaFindings({})).toMatchObject([
    { device: 'cuda', works: false, reason: 'no NVIDIA GPU (nvidia-smi names none)' },
  ]);
});

test('a platform that onnxruntime-node has no CUDA files for is told so, without a command', async () => {
  const [only] = await cudaFindings({ files: { isSupported: false } });
  expect(only).toMatchObject({ works: false, mend: null });
});

test('the source position in a complaint of onnxruntime is left out', async () => {
  const reason = '/onnxruntime_src/onnxruntime/core/x.cc:136 the session is broken';
  const [cpu] = await findDevices(machine({ probes: { cpu: { works: false, reason } } }));
  expect(cpu).toMatchObject({ device: 'cpu', works: false, reason: 'the session is broken' });
});

test('a tiny session really runs on the CPU, in a process of its own', async () => {
  expect(await probe('cpu')).toEqual({ works: true });
});

test('a library that cannot be loaded is a finding with the loader’s reason', async () => {
  const result = await probe('addon', '/does/not/exist.node');
  expect(result).toMatchObject({ works: false, reason: expect.stringContaining('/does/not/exist.node') });
});

test('a child that crashes is a finding that names the signal', async () => {
  const crash = ['-e', 'process.kill(process.pid, "SIGSEGV")'];
  expect(await probeWith(crash, 10_000)).toEqual({
    works: false,
    reason: 'the process that tried it was ended by SIGSEGV',
  });
});

test('a child that hangs is ended', async () => {
  const hang = ['-e', 'setInterval(() => {}, 1000)'];
  expect(await probeWith(hang, 200)).toMatchObject({ works: false, reason: /SIGKILL/ });
});

test('a child that ends without an answer is a finding with its last words', async () => {
  const silent = ['-e', 'process.stderr.write("first\\nlast words\\n"); process.exitCode = 3'];
  expect(await probeWith(silent, 10_000)).toEqual({
    works: false,
    reason: 'the process that tried it ended with code 3: last words',
  });
});

test('the library that the dynamic linker misses is named beside the error', async () => {
  const script =
    'console.error("libcudnn.so.9: cannot open shared object file"); console.log(JSON.stringify({works:false,reason:"Failed to load"}))';
  expect(await probeWith(['-e', script], 10_000)).toEqual({
    works: false,
    reason: 'Failed to load (libcudnn.so.9 was not found)',
  });
});
