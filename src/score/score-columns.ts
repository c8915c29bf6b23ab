import type { SampleScore, ScoreColumn, ScoreColumns } from '../domain/metric.js';
import { NumberList } from '../stats/number-list.js';

/** Gathers the scores of samples, one after another. */
export class ScoreColumnsBuilder {
  readonly #docIds = new NumberList();
  readonly #columns = new Map<string, NumberList>();

  /** Begins the next sample. */
  next(docId: number): void {
    this.#docIds.push(docId);
  }

  /** A score of the sample that was begun last. */
  set(metric: string, value: number): void {
    const column = this.#columns.get(metric) ?? new NumberList();
    this.#columns.set(metric, column);
    pad(column, this.#docIds.length - 1);
    column.push(value);
  }

  finish(): ScoreColumns {
    for (const column of this.#columns.values()) pad(column, this.#docIds.length);
    return {
      names: [...this.#columns.keys()],
      docIds: this.#docIds.toArray(),
      columns: Array.from(this.#columns.values(), (column) => column.toArray()),
    };
  }
}

function pad(column: NumberList, length: number): void {
  while (column.length < length) column.push(Number.NaN);
}

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
