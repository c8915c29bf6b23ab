import type { TrialSummary } from '../domain/summary.js';
import type { PlanPorts } from '../schedule/run-plan.js';
import type { SweepWorkload } from './prepare-sweep.js';
import type { RunHeader } from './run-file.js';
import type { RunLog } from './run-log.js';
import { completedSummary, endedSummary } from './trial-summary.js';

/** Whoever watches a sweep. Costs are in the plan's units: only ratios mean anything. */
export interface SweepWatcher {
  onPlanned(run: { header: RunHeader; totalCost: number; finishedCost: number }): void;
  /** So much more of the total cost is durable. */
  onAdvance(cost: number): void;
  onTrial(summary: TrialSummary): void;
  /** Something that a person should read, one sentence. */
  onRemark(text: string): void;
}

/** The schedule's news, passed on to the log and to the watcher as summaries. */
export function tellOutcomes(
  header: RunHeader,
  watcher: SweepWatcher,
  log: RunLog,
): Pick<PlanPorts<SweepWorkload>, 'onBatch' | 'onOutcome' | 'onDeviceLost'> {
  const models = new Map(header.models.map((model) => [`${model.family}/${model.name}`, model]));
  return {
    onBatch: ({ cost, nRequests }, batch) => watcher.onAdvance((cost * batch.requests.length) / nRequests),
    onOutcome: ({ trial }, outcome) => {
      const model = models.get(`${trial.family}/${trial.model}`);
      if (model === undefined) return;
      const summary =
        outcome.state === 'completed'
          ? completedSummary({ trial, model, facts: header.facts }, outcome.completion, [
              ...outcome.progress.batches.values(),
            ])
          : endedSummary({ trial, model }, outcome);
      log.trial(summary);
      watcher.onTrial(summary);
    },
    onDeviceLost: (device, error, nTrials) => {
      log.event('device.lost', { device, reason: error.message, trials: nTrials });
      watcher.onRemark(
        `${device} is lost (${error.message}); its ${nTrials} remaining trials go to another device`,
      );
    },
  };
}
