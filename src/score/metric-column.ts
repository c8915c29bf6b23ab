import { NumberList } from '../stats/number-list.js';
import { RawColumn } from './raw-column.js';
import type { RawScore } from './raw-score.js';

/** One metric while samples come in: raw scores to aggregate, and where they belong. Samples may lack it. */
export class MetricColumn {
  readonly key: string;
  readonly metric: string;
  readonly filter: string;
  readonly items = new RawColumn();
  /** The cluster of every item, where the task names one. */
  readonly clusters: string[] = [];
  /** Positions of the samples that have it; null while all have. */
  #samples: NumberList | null = null;

  constructor(name: { readonly key: string; readonly metric: string; readonly filter: string }) {
    this.key = name.key;
    this.metric = name.metric;
    this.filter = name.filter;
  }

  /** The score of the sample at this position. */
  push(sample: number, score: RawScore, cluster: string | null): void {
    if (this.#samples === null && sample !== this.items.length) {
      this.#samples = new NumberList();
      for (let before = 0; before < this.items.length; before += 1) this.#samples.push(before);
    }
    this.#samples?.push(sample);
    this.items.push(score);
    if (cluster !== null) this.clusters.push(cluster);
  }

  /** Each of `nSamples` samples' own number, NaN where it has none; null where no sample has one. */
  numbers(
    nSamples: number,
    numberOf: (metric: string, score: RawScore) => number | null,
  ): Float64Array | null {
    const plain = this.#samples === null ? this.items.numbers() : null;
    if (plain?.length === nSamples) return plain;
    const numbers = new Float64Array(nSamples).fill(Number.NaN);
    let [index, found] = [0, 0];
    for (const score of this.items) {
      const number = numberOf(this.metric, score);
      if (number !== null) {
        numbers[this.#samples?.at(index) ?? index] = number;
        found += 1;
      }
      index += 1;
    }
    return found === 0 ? null : numbers;
  }
}
