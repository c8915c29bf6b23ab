import { availableParallelism } from 'node:os';
import type { Model } from '../domain/model.js';
import { planWorkers } from '../engine/worker-plan.js';
import { planSweep, type Plan } from '../plan/plan.js';
import type { Sweep } from '../spec/sweep.js';
import { resolveDevices } from './devices.js';
import type { PreparedSweep, SweepWorkload } from './prepare-sweep.js';
import { describeProvenance } from './provenance.js';
import type { RunHeader } from './run-file.js';
import { runHeader } from './run-header.js';

/** A sweep's plan on this machine, and the header that a new run of it would have. */
export async function planRun(
  sweep: Sweep,
  prepared: PreparedSweep,
): Promise<{ readonly header: RunHeader; readonly plan: Plan<SweepWorkload> }> {
  const devices = await resolveDevices(sweep.devices);
  const cores = availableParallelism();
  const plan = planSweep({
    ...prepared,
    precisions: sweep.precisions,
    devices,
    maxBatchTokens: sweep.maxBatchTokens,
    threadsFor: ({ nParams }, device) => (device === 'cpu' ? planWorkers(nParams, cores).threads : 1),
  });
  const workers =
    sweep.workers ??
    mostWorkers(
      prepared.families.flatMap(({ models }) => models),
      cores,
    );
  return {
    plan,
    header: runHeader({ sweep, prepared, plan }, { devices, workers, ...(await describeProvenance()) }),
  };
}

function mostWorkers(models: readonly Model[], cores: number): number {
  return Math.max(1, ...models.map(({ nParams }) => planWorkers(nParams, cores).workers));
}
