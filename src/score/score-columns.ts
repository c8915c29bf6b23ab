import type { ScoreColumn, ScoreColumns } from '../domain/metric.js';

/** One metric of all samples; null where no sample has it. */
export function columnOf({ names, docIds, columns }: ScoreColumns, metric: string): ScoreColumn | null {
  const values = columns[names.indexOf(metric)];
  return values === undefined ? null : { docIds, values };
}
