import { availableParallelism } from 'node:os';
import { describeMachine } from '../machine/describe-machine.js';
import { CHUNK_LIMITS, type ChunkLimits } from '../plan/chunks.js';
import { planSweep, type Plan } from '../plan/plan.js';
import type { Sweep } from '../spec/sweep.js';
import { resolveDevices } from './devices.js';
import type { PreparedSweep, SweepWorkload } from './prepare-sweep.js';
import { describeProvenance } from './provenance.js';
import type { RunHeader } from './run-file.js';
import { runHeader } from './run-header.js';
import { choiceKey, chooseRuntime, type RuntimeChoices } from './runtime-choices.js';

/** A sweep's plan on this machine, and the header that a new run of it would have; a run that was begun keeps its choices. */
export async function planRun(
  sweep: Sweep,
  prepared: PreparedSweep,
  given: {
    readonly begun: RunHeader | null;
    readonly chunkLimits: ChunkLimits | null;
    readonly onRemark: (text: string) => void;
  },
): Promise<{ readonly header: RunHeader; readonly plan: Plan<SweepWorkload> }> {
  const { begun, onRemark, chunkLimits: newRun } = given;
  const devices = await resolveDevices(sweep.devices);
  const machine = await describeMachine();
  const runtime = begun?.runtime ?? (await chooseRuntime(sweep, prepared, { devices, machine, onRemark }));
  const chunks = begun === null ? (newRun ?? CHUNK_LIMITS) : (begun.chunks ?? WHOLE);
  const plan = planSweep({
    ...prepared,
    chunkLimits: chunks,
    precisions: sweep.precisions,
    devices,
    choiceFor: (model, precision, device) => chosen(runtime, choiceKey({ model, precision, device })),
  });
  const workers = sweep.workers ?? mostWorkers(runtime);
  const provenance = { devices, workers, chunks, runtime, ...(await describeProvenance()) };
  return { plan, header: runHeader({ sweep, prepared, plan }, provenance) };
}

/** How workloads were asked before they had pieces. */
const WHOLE: ChunkLimits = { requests: Infinity, characters: Infinity };

// A model that is new to a begun run changes its plan, which is refused with its name.
const chosen = (runtime: RuntimeChoices, key: string) => runtime[key] ?? { threads: 1, maxBatchTokens: 1 };

/** Worker threads that the models with the fewest threads keep busy. */
function mostWorkers(runtime: RuntimeChoices): number {
  const threads = Object.entries(runtime).flatMap(([key, choice]) =>
    key.endsWith('/cpu') ? [choice.threads] : [],
  );
  return Math.max(1, Math.floor(availableParallelism() / Math.min(...threads, Infinity)));
}
