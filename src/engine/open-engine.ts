import type { Engine } from '../domain/engine.js';
import { executionProviderName } from '../session/execution-provider.js';
import { DeviceEngine } from './device-engine.js';

export interface OpenEngineOptions {
  /** `cpu`, `webgpu` or `cuda:N`. */
  readonly device: string;
  /** Worker threads on the CPU; other devices have one. */
  readonly workers: number;
  /** Shortest time after which a batch is taken for hung; longer where measured speed asks for it. @default a minute on the CPU, five on other devices, which compile kernels first */
  readonly minDeadlineMs?: number;
  /** An engine process that says nothing for this long is ended. @default 60000 */
  readonly silenceMs?: number;
  /** Rewrite models into graph programs; without them the same numbers come slower. @default true */
  readonly programs?: boolean;
  /** Nodes that a GPU leaves to the CPU (beyond the arithmetic of shapes) are remarked upon instead of failing the trial. @default false */
  readonly allowCpuNodes?: boolean;
  /** Threads of sessions on the CPU stay on processors of their own, or of one memory node (Linux). @default false */
  readonly affinity?: boolean;
}

const DEFAULTS = { silenceMs: 60_000, programs: true, allowCpuNodes: false, affinity: false };
// Trials that wait in an engine beside those at work: the conductor scores the ones before meanwhile, for up to half a second each, and
// while trials of a small model take a millisecond, so many leave time to open the next one.
const TRIALS_AHEAD = 16;
const MIN_DEADLINE_MS = { cpu: 60_000, other: 300_000 };

/** Starts the engine process of a device. Throws SweepError for a device that is not known. */
export async function openEngine(
  options: OpenEngineOptions,
): Promise<Engine & { readonly pid: number | undefined }> {
  executionProviderName(options.device);
  const minDeadlineMs = MIN_DEADLINE_MS[options.device === 'cpu' ? 'cpu' : 'other'];
  const affinity = options.device === 'cpu' && (options.affinity ?? DEFAULTS.affinity);
  const workers = options.device === 'cpu' ? Math.max(1, options.workers) : 1;
  return await Promise.resolve(
    new DeviceEngine({
      ...DEFAULTS,
      minDeadlineMs,
      ...options,
      affinity,
      workers,
      capacity: workers + TRIALS_AHEAD,
    }),
  );
}
