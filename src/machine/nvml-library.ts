import { createRequire } from 'node:module';
import type Koffi from 'koffi';

/** A C function of NVML; gives its nvmlReturn_t, 0 for success. */
export type NvmlCall = (...args: unknown[]) => number;

/** NVIDIA's management library, opened. */
export interface NvmlLibrary {
  /** Calls a function by name with these arguments; false where the library has none or it reports an error. */
  call(name: NvmlFunction, ...args: unknown[]): boolean;
}

// Signatures of nvml.h (NVML API reference). Results come back through buffers, handles through a list of one.
const SIGNATURES = {
  nvmlInit_v2: [],
  nvmlDeviceGetCount_v2: ['void *'],
  nvmlSystemGetDriverVersion: ['void *', 'uint32_t'],
  nvmlDeviceGetHandleByIndex_v2: ['uint32_t', '_Out_ void **'],
  nvmlDeviceGetName: ['void *', 'void *', 'uint32_t'],
  nvmlDeviceGetUUID: ['void *', 'void *', 'uint32_t'],
  nvmlDeviceGetTotalEnergyConsumption: ['void *', 'void *'],
  nvmlDeviceGetPowerUsage: ['void *', 'void *'],
  nvmlDeviceGetEnforcedPowerLimit: ['void *', 'void *'],
  nvmlDeviceGetUtilizationRates: ['void *', 'void *'],
  nvmlDeviceGetMemoryInfo: ['void *', 'void *'],
  nvmlDeviceGetTemperature: ['void *', 'uint32_t', 'void *'],
  nvmlDeviceGetClockInfo: ['void *', 'uint32_t', 'void *'],
  nvmlDeviceGetMaxClockInfo: ['void *', 'uint32_t', 'void *'],
  nvmlDeviceGetPersistenceMode: ['void *', 'void *'],
  nvmlDeviceGetCurrentClocksThrottleReasons: ['void *', 'void *'],
  nvmlDeviceGetComputeRunningProcesses_v3: ['void *', 'void *', 'void *'],
} as const satisfies Record<string, readonly string[]>;
export type NvmlFunction = keyof typeof SIGNATURES;

export const NVML_FILE = 'libnvidia-ml.so.1';

/** Opens NVML, which comes with NVIDIA's driver; null where it is not there or finds no driver. */
export function openNvmlLibrary(file = NVML_FILE): NvmlLibrary | null {
  const load = loader(file);
  if (load === null) return null;
  const known = new Map<NvmlFunction, NvmlCall | null>();
  const find = (name: NvmlFunction): NvmlCall | null => {
    const found = known.get(name) ?? load(name);
    known.set(name, found);
    return found;
  };
  const library: NvmlLibrary = { call: (name, ...args) => find(name)?.(...args) === 0 };
  return library.call('nvmlInit_v2') ? library : null;
}

/** koffi is loaded only where there may be something to call. */
function loader(file: string): ((name: NvmlFunction) => NvmlCall | null) | null {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
    const library = koffi.load(file);
    return (name) => {
      try {
        return library.func(name, 'int', [...SIGNATURES[name]]);
      } catch {
        return null; // an older driver
      }
    };
  } catch {
    return null;
  }
}
