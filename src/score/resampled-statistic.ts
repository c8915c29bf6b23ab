import { AGGREGATIONS, brierOf, weightedScore, type Aggregation } from './aggregate.js';
import { f1OfPairs, matthewsOfPairs, type ClassPair } from './class-pairs.js';
import { packedNumbers, type RawItems } from './raw-column.js';

/** A statistic of the items at these positions. */
export type ResampledStatistic = (indexes: Uint32Array | Float64Array) => number;

/**
 * The aggregation of a resample, given by positions. lm-eval draws 100,000 of them, so that the frequent aggregations
 * are computed without a list of items: perplexities and Brier scores from sums, in the order in which the aggregation adds,
 * median from ranks, F1 and Matthews from counts.
 */
export function resampledStatistic(items: RawItems, aggregation: Aggregation): ResampledStatistic {
  if (aggregation === AGGREGATIONS['perplexity']) {
    const mean = meanOf(packedNumbers(items));
    return (indexes) => Math.exp(-mean(indexes));
  }
  if (aggregation === AGGREGATIONS['weighted_perplexity'])
    return weightedOf(items, (mean) => Math.exp(-mean));
  if (aggregation === AGGREGATIONS['bits_per_byte']) return weightedOf(items, (mean) => -mean / Math.log(2));
  if (aggregation === AGGREGATIONS['brier_score']) return meanOf(Float64Array.from(items, brierOf));
  if (aggregation === AGGREGATIONS['median'] && !hasNaN(items)) return medianOf(items);
  if (aggregation === AGGREGATIONS['f1']) return pairsOf(items, f1OfPairs);
  if (aggregation === AGGREGATIONS['matthews_corrcoef']) return pairsOf(items, matthewsOfPairs);
  return (indexes) => aggregation(Array.from(indexes, (index) => items.at(index) ?? 0));
}

function hasNaN(items: RawItems): boolean {
  for (const item of items) if (Number.isNaN(Number(item))) return true;
  return false;
}

function meanOf(values: Float64Array): ResampledStatistic {
  return (indexes) => {
    let total = 0;
    for (let i = 0; i < indexes.length; i += 1) total += values[indexes[i] ?? 0] ?? 0;
    return total / indexes.length;
  };
}

function weightedOf(items: RawItems, ofMean: (mean: number) => number): ResampledStatistic {
  const sums = Float64Array.from(items, (item) => weightedScore(item).loglikelihood);
  const weights = Float64Array.from(items, (item) => weightedScore(item).weight);
  return (indexes) => {
    let [total, weight] = [0, 0];
    for (let i = 0; i < indexes.length; i += 1) {
      total += sums[indexes[i] ?? 0] ?? 0;
      weight += weights[indexes[i] ?? 0] ?? 0;
    }
    return ofMean(total / weight);
  };
}

// lm-eval's median is the item in the middle, the later of two.
function medianOf(items: RawItems): ResampledStatistic {
  const sorted = packedNumbers(items).toSorted();
  const first = new Map<number, number>();
  sorted.forEach((value, rank) => first.has(value) || first.set(value, rank));
  const ranks = Uint32Array.from(items, (item) => first.get(Number(item)) ?? 0);
  const counts = new Uint32Array(items.length);
  return (indexes) => {
    counts.fill(0);
    for (let i = 0; i < indexes.length; i += 1) {
      const rank = ranks[indexes[i] ?? 0] ?? 0;
      counts[rank] = (counts[rank] ?? 0) + 1;
    }
    let left = Math.floor(indexes.length / 2);
    for (let rank = 0; rank < counts.length; rank += 1) {
      const count = counts[rank] ?? 0;
      if (count > left) return sorted[rank] ?? Number.NaN;
      left -= count;
    }
    return Number.NaN;
  };
}

function pairsOf(items: RawItems, statistic: (pairs: readonly ClassPair[]) => number): ResampledStatistic {
  const kinds = new Map<string, number>();
  const kindOf = Uint32Array.from(items, (item) => {
    const key = typeof item === 'object' && item.kind === 'classes' ? `${item.gold} ${item.predicted}` : '';
    const kind = kinds.get(key) ?? kinds.size;
    kinds.set(key, kind);
    return kind;
  });
  const classes = [...kinds.keys()].map((key) => key.split(' ').map(Number));
  const counts = new Uint32Array(kinds.size);
  return (indexes) => {
    counts.fill(0);
    for (let i = 0; i < indexes.length; i += 1) {
      const kind = kindOf[indexes[i] ?? 0] ?? 0;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return statistic(
      classes.map(([gold = 0, predicted = 0], kind) => ({ gold, predicted, count: counts[kind] ?? 0 })),
    );
  };
}
