import type { EnergyCounter } from './energy-counter.js';
import { visibleIndex } from './gpus.js';
import { NVML_FILE } from './nvml-library.js';
import { openNvmlGpus, type NvmlGpu } from './nvml.js';
import { openRapl } from './rapl.js';

/** What can be read of a device while it works. */
export interface DeviceMeter {
  readonly energy: EnergyCounter | null;
  /** Null for the CPU, and for GPUs without NVIDIA's driver. */
  readonly gpu: NvmlGpu | null;
}

/** Where meters look, for tests and unusual installations. */
export interface MeterPlaces {
  readonly nvml: string;
  readonly powercap: string;
}

const PLACES: MeterPlaces = {
  nvml: process.env['SCALESWEEP_NVML'] ?? NVML_FILE,
  powercap: '/sys/class/powercap',
};

/** The meter of a device (`cpu`, `webgpu`, `cuda:N`). Energy of the CPU is that of its packages, of a GPU that of the whole card. */
export function openDeviceMeter(device: string, places: MeterPlaces = PLACES): DeviceMeter {
  if (device === 'cpu') return { energy: openRapl(places.powercap), gpu: null };
  const gpu = gpuOf(device, openNvmlGpus(places.nvml));
  return { energy: gpu?.energy ?? null, gpu };
}

/** WebGPU does not say which GPU it took: where there are several, none is claimed. */
function gpuOf(device: string, gpus: readonly NvmlGpu[]): NvmlGpu | null {
  if (device === 'webgpu') return gpus.length === 1 ? (gpus[0] ?? null) : null;
  return gpus.find(({ index, uuid }) => device === `cuda:${visibleIndex(String(index), uuid)}`) ?? null;
}
