import type { Engine } from '../domain/engine.js';
import { executionProviderName } from '../session/execution-provider.js';
import { DeviceEngine } from './device-engine.js';

export interface OpenEngineOptions {
  /** `cpu`, `webgpu` or `cuda:N`. */
  readonly device: string;
  /** Worker threads on the CPU; other devices have one. */
  readonly workers: number;
  /** Shortest time after which a batch is taken for hung; longer where measured speed asks for it. @default 60000 */
  readonly minDeadlineMs?: number;
  /** An engine process that says nothing for this long is ended. @default 60000 */
  readonly silenceMs?: number;
  /** Rewrite models into graph programs; without them the same numbers come slower. @default true */
  readonly programs?: boolean;
}

const DEFAULTS = { minDeadlineMs: 60_000, silenceMs: 60_000, programs: true };

/** Starts the engine process of a device. Throws SweepError for a device that is not known. */
export async function openEngine(
  options: OpenEngineOptions,
): Promise<Engine & { readonly pid: number | undefined }> {
  executionProviderName(options.device);
  const workers = options.device === 'cpu' ? Math.max(1, options.workers) : 1;
  return await Promise.resolve(new DeviceEngine({ ...DEFAULTS, ...options, workers, capacity: workers + 1 }));
}
