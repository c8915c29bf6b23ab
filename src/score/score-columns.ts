import type { SampleScore, ScoreColumn, ScoreColumns } from '../domain/metric.js';

/** One metric of all samples; null where no sample has it. */
export function columnOf({ names, docIds, columns }: ScoreColumns, metric: string): ScoreColumn | null {
  const values = columns[names.indexOf(metric)];
  return values === undefined ? null : { docIds, values };
}

/** Every sample with the metrics that it has. */
export function samplesOf({ names, docIds, columns }: ScoreColumns): SampleScore[] {
  return Array.from(docIds, (docId, index) => ({
    docId,
    scores: Object.fromEntries(
      names.flatMap((name, column) => {
        const value = columns[column]?.[index] ?? Number.NaN;
        return Number.isNaN(value) ? [] : [[name, value]];
      }),
    ),
  }));
}
