import type { SampleScore, ScoreColumn } from '../domain/metric.js';
import type { ScoreTable } from '../domain/record.js';

/** The scores of one trial's samples, a packed column a metric: a million samples take eight megabytes a metric. */
export class PackedScores {
  readonly #docIds: Float64Array;
  readonly #columns: ReadonlyMap<string, Float64Array>;

  constructor({ names, docIds, rows }: ScoreTable) {
    this.#docIds = Float64Array.from(docIds);
    this.#columns = new Map(
      names.map((name, column) => [name, Float64Array.from(rows, (row) => row[column] ?? Number.NaN)]),
    );
  }

  /** One metric; null where no sample has it. */
  column(metric: string): ScoreColumn | null {
    const values = this.#columns.get(metric);
    return values === undefined ? null : { docIds: this.#docIds, values };
  }

  /** Every sample with the metrics that it has. */
  samples(): SampleScore[] {
    return Array.from(this.#docIds, (docId, index) => ({
      docId,
      scores: Object.fromEntries(
        [...this.#columns].flatMap(([name, values]) => {
          const value = values[index] ?? Number.NaN;
          return Number.isNaN(value) ? [] : [[name, value]];
        }),
      ),
    }));
  }
}
