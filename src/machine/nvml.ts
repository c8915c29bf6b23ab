import type { EnergyCounter } from './energy-counter.js';
import { NVML_FILE, openNvmlLibrary, type NvmlFunction, type NvmlLibrary } from './nvml-library.js';

/** What an NVIDIA GPU does now; null where the driver does not tell. */
export interface GpuState {
  /** Share of the last sampling period in which a kernel ran, 0 to 1. */
  readonly utilization: number | null;
  readonly watts: number | null;
  /** Memory of all its processes. */
  readonly usedBytes: number | null;
  readonly temperatureC: number | null;
  readonly smClockMhz: number | null;
  /** Bits of nvmlClocksThrottleReasons that mean slowed down by power or heat; 0 for none. */
  readonly throttleBits: number | null;
  readonly processes: readonly GpuProcess[] | null;
}

export interface GpuProcess {
  readonly pid: number;
  readonly usedBytes: number | null;
}

/** What is set on an NVIDIA GPU and bears on its speed. */
export interface GpuSettings {
  readonly persistenceMode: boolean | null;
  readonly powerLimitWatts: number | null;
  readonly maxSmClockMhz: number | null;
}

/** One NVIDIA GPU through NVML. */
export interface NvmlGpu {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  /** Null before Volta, which counts no energy. */
  readonly energy: EnergyCounter | null;
  state(): GpuState;
  settings(): GpuSettings;
}

const CORE_TEMPERATURE = 0;
const SM_CLOCK = 1;
const TEXT_BYTES = 96;
const NOT_AVAILABLE = 0xffff_ffff_ffff_ffffn;
// nvmlProcessInfo_t: pid, padding, used memory, two instance ids.
const PROCESS_BYTES = 24;
const MAX_PROCESSES = 128;
// SW power cap 0x4, HW slowdown 0x8, SW thermal 0x20, HW thermal 0x40, HW power brake 0x80.
const SLOWED_DOWN = 0xec;

/** The NVIDIA GPUs by NVML's order, which is nvidia-smi's; none where there is no driver. */
export function openNvmlGpus(file = NVML_FILE): readonly NvmlGpu[] {
  const library = openNvmlLibrary(file);
  if (library === null) return [];
  const count = numberOf((out) => library.call('nvmlDeviceGetCount_v2', out)) ?? 0;
  return Array.from({ length: count }, (_, index) => openGpu(library, index)).filter((gpu) => gpu !== null);
}

function openGpu(library: NvmlLibrary, index: number): NvmlGpu | null {
  const handle: unknown[] = [null];
  if (!library.call('nvmlDeviceGetHandleByIndex_v2', index, handle)) return null;
  const device = handle[0];
  const number = (name: NvmlFunction, ...before: number[]): number | null =>
    numberOf((out) => library.call(name, device, ...before, out));
  const text = (name: NvmlFunction): string => {
    const out = Buffer.alloc(TEXT_BYTES);
    return library.call(name, device, out, TEXT_BYTES) ? (out.toString('utf8').split('\0', 1)[0] ?? '') : '';
  };
  const milliwatts = (name: NvmlFunction): number | null => scaled(number(name), 1e-3);
  return {
    index,
    name: text('nvmlDeviceGetName'),
    uuid: text('nvmlDeviceGetUUID'),
    energy: energyCounter(library, device),
    state: () => ({
      utilization: scaled(number('nvmlDeviceGetUtilizationRates'), 0.01),
      watts: milliwatts('nvmlDeviceGetPowerUsage'),
      usedBytes: usedMemory(library, device),
      temperatureC: number('nvmlDeviceGetTemperature', CORE_TEMPERATURE),
      smClockMhz: number('nvmlDeviceGetClockInfo', SM_CLOCK),
      throttleBits: slowedDown(
        numberOf((out) => library.call('nvmlDeviceGetCurrentClocksThrottleReasons', device, out), 'wide'),
      ),
      processes: processesOn(library, device),
    }),
    settings: () => ({
      persistenceMode: asBoolean(number('nvmlDeviceGetPersistenceMode')),
      powerLimitWatts: milliwatts('nvmlDeviceGetEnforcedPowerLimit'),
      maxSmClockMhz: number('nvmlDeviceGetMaxClockInfo', SM_CLOCK),
    }),
  };
}

/** Millijoules since the driver was loaded. */
function energyCounter(library: NvmlLibrary, device: unknown): EnergyCounter | null {
  const read = (): number | null =>
    numberOf((out) => library.call('nvmlDeviceGetTotalEnergyConsumption', device, out), 'wide');
  const start = read();
  if (start === null) return null;
  let last = start;
  return {
    source: 'nvml',
    joules() {
      last = Math.max(last, read() ?? last);
      return (last - start) / 1000;
    },
  };
}

/** nvmlMemory_t: total, free, used. */
function usedMemory(library: NvmlLibrary, device: unknown): number | null {
  const out = Buffer.alloc(24);
  return library.call('nvmlDeviceGetMemoryInfo', device, out) ? Number(out.readBigUInt64LE(16)) : null;
}

function processesOn(library: NvmlLibrary, device: unknown): readonly GpuProcess[] | null {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(MAX_PROCESSES);
  const infos = Buffer.alloc(MAX_PROCESSES * PROCESS_BYTES);
  if (!library.call('nvmlDeviceGetComputeRunningProcesses_v3', device, count, infos)) return null;
  return Array.from({ length: count.readUInt32LE() }, (_, index) => {
    const used = infos.readBigUInt64LE(index * PROCESS_BYTES + 8);
    return {
      pid: infos.readUInt32LE(index * PROCESS_BYTES),
      usedBytes: used === NOT_AVAILABLE ? null : Number(used),
    };
  });
}

/** A number that a function writes: an unsigned int (the first of two where it writes a pair), or a wide one of 8 bytes. */
function numberOf(call: (out: Buffer) => boolean, width: 'int' | 'wide' = 'int'): number | null {
  const out = Buffer.alloc(8);
  if (!call(out)) return null;
  return width === 'int' ? out.readUInt32LE() : Number(out.readBigUInt64LE());
}

const scaled = (value: number | null, factor: number): number | null =>
  value === null ? null : value * factor;
const asBoolean = (value: number | null): boolean | null => (value === null ? null : value !== 0);
const slowedDown = (bits: number | null): number | null => (bits === null ? null : bits & SLOWED_DOWN);
