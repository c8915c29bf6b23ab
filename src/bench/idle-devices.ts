import type { GpuSettings } from '../machine/nvml.js';
import { BenchProcess } from './bench-process.js';

/** What the devices of a bench showed before anything ran on them. */
export interface IdleDevices {
  /** Watts by device, for those with a readable energy counter. */
  readonly watts: Readonly<Record<string, number>>;
  /** The first GPU among them, null where there is none that NVIDIA's driver knows. */
  readonly gpu: (GpuSettings & { readonly name: string; readonly temperatureC: number | null }) | null;
}

const IDLE_SECONDS = 2;
const TIMEOUT_MS = 30_000;

/** Watches each device for two seconds where it counts energy; takes no time where none does. */
export async function watchIdleDevices(devices: readonly string[]): Promise<IdleDevices> {
  const process = BenchProcess.start();
  const watts: Record<string, number> = {};
  let gpu: IdleDevices['gpu'] = null;
  try {
    for (const device of devices) {
      const seen = await process.ask({ kind: 'idle', device, seconds: IDLE_SECONDS }, TIMEOUT_MS);
      if (seen.watts !== null) watts[device] = seen.watts;
      gpu ??= seen.gpu;
    }
  } finally {
    await process.close();
  }
  return { watts, gpu };
}
