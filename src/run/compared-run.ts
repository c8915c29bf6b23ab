import type { ComparedRun } from '../analysis/compare-runs.js';
import type { Run } from './read-run.js';

/** One side of a comparison: a run with its tasks' own metrics, the one a task is judged by first. */
export function comparedRun(run: Run): ComparedRun {
  const metrics = new Map(run.header.tasks.map((task) => [`${task.name} ${task.shots}`, task.metrics]));
  return { ...run, metricsOf: (task, shots) => metrics.get(`${task} ${shots}`) ?? [] };
}
