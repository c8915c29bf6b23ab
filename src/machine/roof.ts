import type { MachineDescription } from './describe-machine.js';

/** The most that the runtime reaches on a device: what shares of use are shares of. */
export interface Roof {
  readonly device: string;
  readonly threads: number;
  /** fp32 MatMul, floating-point operations a second. */
  readonly flopsPerSecond: number;
  /** The same in half precision; null where it was not measured or the device has none. */
  readonly halfFlopsPerSecond?: number | null;
  /** Bytes a second read by the fastest of: a vector times a large matrix, the sum of a large tensor. */
  readonly bytesPerSecond: number;
}

/** What a roof depends on beside device and threads: another processor, card, driver or runtime has others. */
export function machineIdentity({ cpu, gpus, versions }: MachineDescription): string {
  const cards = gpus.map(({ name, driver }) => `${name} ${driver ?? ''}`);
  return [cpu.model, `${cpu.usableCores} cores`, ...cards, versions['onnxruntime-node'] ?? ''].join('; ');
}
