import { openEngine } from '../engine/open-engine.js';
import { processorNodes } from '../machine/processor-nodes.js';
import { cacheObstacle } from '../files/cache-directory.js';
import { lockRunDirectory } from '../journal/lock.js';
import type { ChunkLimits } from '../plan/chunks.js';
import type { Plan, PlannedTrial } from '../plan/plan.js';
import { runPlan } from '../schedule/run-plan.js';
import { WorkloadScorer } from '../score/score-workload.js';
import type { Sweep } from '../spec/sweep.js';
import { beginRun, resumeRun } from './begin-run.js';
import { openLedger, type Ledger } from './ledger.js';
import { planRun } from './plan-run.js';
import { prepareSweep, type PreparedSweep, type SweepWorkload } from './prepare-sweep.js';
import { createRunDirectory, readRunHeader, runPaths, type RunHeader } from './run-file.js';
import { openRunLog, type RunLog } from './run-log.js';
import { Resampler } from './resampler.js';
import { tellOutcomes, type SweepWatcher } from './watcher.js';

export interface SweepRequest {
  readonly sweep: Sweep;
  readonly directory: string;
  readonly resume: boolean;
  /** On resuming, take failed trials up again. */
  readonly retryFailed: boolean;
  /** What the pieces of large workloads are bound to in a new run. @default CHUNK_LIMITS */
  readonly chunkLimits?: ChunkLimits | null;
}

/**
 * Runs a sweep, or what is left of one, into its run directory. Resolves when every trial has ended, or early when
 * `signal` aborts; what was measured is in the journal either way. Gives what was loaded for it.
 * Throws SweepError when the request is wrong, JournalError when the record of the run is at risk.
 */
export async function runSweep(
  request: SweepRequest,
  watcher: SweepWatcher,
  signal: AbortSignal,
): Promise<PreparedSweep> {
  const { sweep, directory, resume, retryFailed } = request;
  const prepared = await prepareSweep(sweep);
  const begun = resume ? await readRunHeader(directory) : null;
  const fresh = await planRun(sweep, prepared, {
    begun,
    chunkLimits: request.chunkLimits ?? null,
    onRemark: watcher.onRemark.bind(watcher),
  });
  createRunDirectory(directory);
  const release = lockRunDirectory(directory);
  try {
    const header = await (resume ? resumeRun : beginRun)(directory, fresh.header);
    const ledger = await openLedger(directory, { plan: header.plan, retryFailed });
    const log = openRunLog(runPaths(directory).log, (error) =>
      watcher.onRemark(`log.ndjson ends here, the journal goes on: ${error.message}`),
    );
    try {
      remarkOnCache(watcher, log);
      await runRemaining({ header, plan: fresh.plan, ledger, log }, watcher, signal);
    } finally {
      await ledger.journal.close();
      log.close();
    }
  } finally {
    release();
  }
  return prepared;
}

/** Without a cache all is slower, and nothing else is different. */
function remarkOnCache(watcher: SweepWatcher, log: RunLog): void {
  const obstacle = cacheObstacle();
  if (obstacle === null) return;
  log.event('cache.unusable', { reason: obstacle });
  watcher.onRemark(obstacle);
}

interface OpenRun {
  readonly header: RunHeader;
  readonly plan: Plan<SweepWorkload>;
  readonly ledger: Ledger;
  readonly log: RunLog;
}

async function runRemaining(
  { header, plan, ledger, log }: OpenRun,
  watcher: SweepWatcher,
  signal: AbortSignal,
): Promise<void> {
  const remaining = plan.trials.filter(({ trial }) => !ledger.ended.has(trial.key));
  const totalCost = costOf(plan.trials);
  watcher.onPlanned({ header, totalCost, finishedCost: totalCost - costOf(remaining) });
  log.event('sweep.started', { name: header.name, plan: header.plan, trials: remaining.length });
  const { allowCpuNodes, affinity } = header.sweep;
  if (affinity && processorNodes() === null) {
    watcher.onRemark('--affinity needs Linux: threads run wherever the system places them');
  }
  const resampler = new Resampler();
  const ports = {
    ...tellOutcomes(header, watcher, log),
    append: ledger.journal.append.bind(ledger.journal),
    scorer: (workload: SweepWorkload) => {
      const scorer = new WorkloadScorer(workload);
      return {
        add: scorer.add.bind(scorer),
        finish: async () => await scorer.finishBeside(resampler.uncertaintyOf.bind(resampler)),
      };
    },
    openEngine: (device: string) => openEngine({ device, workers: header.workers, allowCpuNodes, affinity }),
  };
  try {
    await runPlan(remaining, { signal, progressOf: ledger.progressOf }, ports);
  } finally {
    await resampler.close();
  }
  log.event(signal.aborted ? 'sweep.interrupted' : 'sweep.finished', { name: header.name });
}

function costOf(trials: readonly PlannedTrial[]): number {
  return trials.reduce((total, { cost }) => total + cost, 0);
}
