import { curvesOfTrials } from '../analysis/curves-of-trials.js';
import type { Axis, CurveInput } from '../analysis/points.js';
import type { CompletedTrial } from '../domain/summary.js';
import type { Run } from './read-run.js';

/** The curves of a run, with the scores of every sample: one a task, shots and metric, the task's own metric first. */
export function curvesOfRun(run: Run, axis: Axis | null = null): CurveInput[] {
  const completed = run.trials.filter((trial): trial is CompletedTrial => trial.state === 'completed');
  const metrics = new Map(run.header.tasks.map((task) => [`${task.name} ${task.shots}`, task.metrics]));
  return curvesOfTrials(completed, {
    axis,
    metricsOf: (task, shots) => metrics.get(`${task} ${shots}`) ?? [],
    scoresOf: (trial, metric) => run.scoresOf(trial, metric),
  });
}
