import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunTool } from './run-tool.js';

/** A graphics processor as the system reports it. */
export interface Gpu {
  readonly name: string;
  /** Number N of `cuda:N`, null for a GPU that CUDA cannot use. */
  readonly cudaIndex: number | null;
  readonly driver: string | null;
  readonly memoryBytes: number | null;
  /** CUDA compute capability, such as "9.0". */
  readonly computeCapability: string | null;
}

const PCI_DISPLAY_CLASS = '0x03';
const PCI_VENDORS: Readonly<Record<string, string>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
};

/** The GPUs of this machine: from nvidia-smi, then from Vulkan, then from the PCI bus (Linux), the first that names any. */
export async function findGpus(run: RunTool, pciDirectory = '/sys/bus/pci/devices'): Promise<readonly Gpu[]> {
  const finders = [() => nvidiaGpus(run), () => vulkanGpus(run), () => pciGpus(pciDirectory)];
  for (const find of finders) {
    const gpus = await find();
    if (gpus.length > 0) return gpus;
  }
  return [];
}

async function nvidiaGpus(run: RunTool): Promise<readonly Gpu[]> {
  const fields = 'index,uuid,name,driver_version,memory.total,compute_cap';
  const output = await run('nvidia-smi', [`--query-gpu=${fields}`, '--format=csv,noheader,nounits']);
  const lines = (output ?? '').split('\n').filter((line) => /^\d+,/.test(line));
  return lines.map((line) => {
    const [index = '', uuid = '', name = 'NVIDIA GPU', driver = null, mebibytes, capability = null] =
      line.split(', ');
    const memory = Number(mebibytes);
    return {
      name,
      cudaIndex: visibleIndex(index, uuid),
      driver,
      memoryBytes: Number.isFinite(memory) ? memory * 2 ** 20 : null,
      computeCapability: capability,
    };
  });
}

/** The number that CUDA gives a GPU: it counts those that CUDA_VISIBLE_DEVICES lists, in its order, and sees no others (null). */
export function visibleIndex(index: string, uuid: string): number | null {
  const visible = process.env['CUDA_VISIBLE_DEVICES'];
  if (visible === undefined) return Number(index);
  const position = visible
    .split(',')
    .map((entry) => entry.trim())
    .findIndex((entry) => entry === index || (entry.startsWith('GPU-') && uuid.startsWith(entry)));
  return position < 0 ? null : position;
}

async function vulkanGpus(run: RunTool): Promise<readonly Gpu[]> {
  const output = await run('vulkaninfo', ['--summary']);
  return (output ?? '')
    .split(/^GPU\d+:$/m)
    .slice(1)
    .filter((section) => !/PHYSICAL_DEVICE_TYPE_CPU|llvmpipe/.test(section)) // Vulkan computed on the CPU
    .map((section) => {
      const field = (name: string): string | null =>
        new RegExp(`^\\s*${name}\\s*=\\s*(.+)$`, 'm').exec(section)?.[1]?.trim() ?? null;
      return {
        name: field('deviceName') ?? 'Vulkan device',
        cudaIndex: null,
        driver: [field('driverName'), field('driverInfo')].filter((part) => part !== null).join(' ') || null,
        memoryBytes: null,
        computeCapability: null,
      };
    });
}

async function pciGpus(directory: string): Promise<readonly Gpu[]> {
  const devices = await readdir(directory).catch(() => []);
  const gpus = await Promise.all(
    devices.map(async (device) => {
      const read = (file: string): Promise<string> =>
        readFile(join(directory, device, file), 'utf8').then(
          (text) => text.trim(),
          () => '',
        );
      if (!(await read('class')).startsWith(PCI_DISPLAY_CLASS)) return null;
      const [vendor, id] = [await read('vendor'), await read('device')];
      return `${PCI_VENDORS[vendor] ?? `vendor ${vendor}`} GPU (PCI ${vendor}:${id})`;
    }),
  );
  return gpus
    .filter((name) => name !== null)
    .map((name) => ({ name, cudaIndex: null, driver: null, memoryBytes: null, computeCapability: null }));
}
