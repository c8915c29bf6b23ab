import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeMachine } from '../../src/machine/describe-machine.js';
import { findGpus } from '../../src/machine/gpus.js';
import type { RunTool } from '../../src/machine/run-tool.js';

const SMI = '0, GPU-1a2b, NVIDIA H200, 580.65.06, 143771, 9.0\n';
const VULKAN = `Devices:
========
GPU0:
	apiVersion         = 1.3.274
	deviceName         = AMD Radeon Pro W7900
	driverName         = radv
	driverInfo         = Mesa 24.0.9
GPU1:
	deviceName         = llvmpipe (LLVM 15.0.6, 256 bits)
`;

const tools =
  (outputs: Record<string, string>): RunTool =>
  async (command) =>
    outputs[command] ?? null;

test('the machine, the versions and the commit are described', async () => {
  const machine = await describeMachine();
  expect(machine.cpu.logicalCores).toBeGreaterThan(0);
  expect(machine.cpu.usableCores).toBeGreaterThan(0);
  expect(machine.memoryBytes).toBeGreaterThan(2 ** 28);
  expect(machine.os.platform).toBe(process.platform);
  expect(machine.versions).toMatchObject({ node: process.versions.node, 'onnxruntime-node': '1.30.0' });
  expect(JSON.parse(JSON.stringify(machine))).toEqual(machine);
});

test('a checkout with changed files is told apart from its commit', async () => {
  const run: RunTool = async (_command, args) => (args.includes('rev-parse') ? 'abc\n' : ' M README.md\n');
  const { commit } = await describeMachine(run);
  expect(['abc+changes', null]).toContain(commit);
});

test('NVIDIA GPUs come with index, driver, memory and compute capability', async () => {
  expect(await findGpus(tools({ 'nvidia-smi': SMI, vulkaninfo: VULKAN }))).toEqual([
    {
      name: 'NVIDIA H200',
      cudaIndex: 0,
      driver: '580.65.06',
      memoryBytes: 143771 * 2 ** 20,
      computeCapability: '9.0',
    },
  ]);
});

test.each([
  [undefined, [0, 1, 2]],
  ['2,0', [1, null, 0]],
  ['GPU-bb', [null, 0, null]],
  ['', [null, null, null]],
])('with CUDA_VISIBLE_DEVICES=%s the GPUs are counted as CUDA counts them', async (visible, expected) => {
  const smi = ['0, GPU-aa1', '1, GPU-bb2', '2, GPU-cc3'].map((gpu) => `${gpu}, H200, 580, 1, 9.0\n`).join('');
  const before = process.env['CUDA_VISIBLE_DEVICES'];
  if (visible === undefined) delete process.env['CUDA_VISIBLE_DEVICES'];
  else process.env['CUDA_VISIBLE_DEVICES'] = visible;
  const gpus = await findGpus(tools({ 'nvidia-smi': smi }));
  if (before === undefined) delete process.env['CUDA_VISIBLE_DEVICES'];
  else process.env['CUDA_VISIBLE_DEVICES'] = before;
  expect(gpus.map(({ cudaIndex }) => cudaIndex)).toEqual(expected);
});

test('a complaint of nvidia-smi is no GPU', async () => {
  expect(await findGpus(tools({ 'nvidia-smi': 'No devices were found\n' }), '/nowhere')).toEqual([]);
});

test('other GPUs are named by Vulkan, but not the CPU that plays one', async () => {
  const gpus = await findGpus(tools({ vulkaninfo: VULKAN }));
  expect(gpus.map(({ name, driver }) => ({ name, driver }))).toEqual([
    { name: 'AMD Radeon Pro W7900', driver: 'radv Mesa 24.0.9' },
  ]);
});

test('without any tool the PCI bus still tells that there is a GPU', async () => {
  const bus = mkdtempSync(join(tmpdir(), 'scalesweep-pci-'));
  const device = (name: string, files: Record<string, string>): void => {
    mkdirSync(join(bus, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(bus, name, file), `${text}\n`);
  };
  device('0000:00:01.0', { class: '0x010802', vendor: '0x144d', device: '0xa808' });
  device('0000:01:00.0', { class: '0x030200', vendor: '0x10de', device: '0x2335' });
  const gpus = await findGpus(async () => null, bus);
  rmSync(bus, { recursive: true });
  expect(gpus.map(({ name }) => name)).toEqual(['NVIDIA GPU (PCI 0x10de:0x2335)']);
});
