import { PythonRandom } from '../python/random.js';
import { bootstrapReplicates, normalInterval, wilsonInterval } from '../stats/intervals.js';
import { quantileSorted } from '../stats/moments.js';
import { createRandom } from '../stats/random.js';
import { AGGREGATIONS, type Aggregation } from './aggregate.js';
import type { RawScore } from './raw-score.js';

/** How sure a metric is. */
export interface Uncertainty {
  readonly stderr: number | null;
  readonly ci95: readonly [number, number] | null;
  /** False where lm-eval gives no standard error ("N/A") and this one is ours. */
  readonly isLmEval: boolean;
}

/** lm-eval's default number of bootstrap replicates, and its bound for metrics over texts. */
export const DEFAULT_BOOTSTRAP_ITERATIONS = 100_000;
const TEXT_METRIC_ITERATIONS = 100;
const CHUNK = 1000;
const OWN_REPLICATES = 2000; // for intervals that lm-eval does not have: +-3% on the width of a 95% interval
const OWN_SEED = 1234;

const TEXT_AGGREGATIONS = ['bleu', 'chrf', 'chrf++', 'ter'];
const BOOTSTRAPPED = ['median', 'matthews_corrcoef', 'f1', 'perplexity', 'nanmean', ...TEXT_AGGREGATIONS];

/** True for aggregations (by lm-eval's name, null for a hook's) that lm-eval gives a standard error for. */
export function hasLmEvalStderr(name: string | null): boolean {
  return name === 'mean' || (name !== null && BOOTSTRAPPED.includes(name));
}

/** Standard error and 95% interval of an aggregated metric; `name` is the aggregation, null for one of a hook. */
export function uncertaintyOf(
  items: readonly RawScore[],
  given: {
    readonly name: string | null;
    readonly aggregation: Aggregation;
    readonly iterations: number;
    readonly value: number;
  },
): Uncertainty {
  const { name } = given;
  if (items.length < 2) return { stderr: null, ci95: null, isLmEval: true };
  if (name === 'mean') return ofMean(items, given.value);
  if (name !== null && BOOTSTRAPPED.includes(name)) {
    const iterations = TEXT_AGGREGATIONS.includes(name)
      ? Math.min(given.iterations, TEXT_METRIC_ITERATIONS)
      : given.iterations;
    return fromReplicates(lmEvalReplicates(items, given.aggregation, iterations), true);
  }
  const random = createRandom(OWN_SEED);
  const positions = Float64Array.from(items, (_, index) => index);
  const statistic = (resample: Float64Array): number =>
    given.aggregation(Array.from(resample, (index) => items[index] ?? 0));
  return fromReplicates(bootstrapReplicates(positions, { random, draws: OWN_REPLICATES, statistic }), false);
}

function ofMean(items: readonly RawScore[], value: number): Uncertainty {
  const numbers = items.map(Number);
  const n = numbers.length;
  const stderr = Math.sqrt(numbers.reduce((sum, x) => sum + (x - value) ** 2, 0) / (n - 1)) / Math.sqrt(n);
  const isZeroOne = numbers.every((x) => x === 0 || x === 1);
  const ci95 = isZeroOne ? wilsonInterval(Math.round(value * n), n) : normalInterval(value, stderr);
  return { stderr, ci95, isLmEval: true };
}

function fromReplicates(replicates: Float64Array, isLmEval: boolean): Uncertainty {
  let mean = 0;
  for (const value of replicates) mean += value / replicates.length;
  let squares = 0;
  for (const value of replicates) squares += (value - mean) ** 2;
  const stderr = replicates.length < 2 ? null : Math.sqrt(squares / (replicates.length - 1));
  const sorted = replicates.toSorted();
  return { stderr, ci95: [quantileSorted(sorted, 0.025), quantileSorted(sorted, 0.975)], isLmEval };
}

/**
 * lm-eval's bootstrap: chunks of up to 1,000 replicates, chunk i drawn by random.Random(i).choices; what is left
 * over of `iterations` is dropped.
 */
function lmEvalReplicates(
  items: readonly RawScore[],
  aggregation: Aggregation,
  iterations: number,
): Float64Array {
  const chunk = Math.min(CHUNK, iterations);
  const nChunks = chunk === 0 ? 0 : Math.floor(iterations / chunk);
  const replicates = new Float64Array(nChunks * chunk);
  const indexes = new Uint32Array(items.length);
  const statistic = fastStatistic(items, aggregation);
  for (let i = 0; i < nChunks; i += 1) {
    const random = new PythonRandom(i);
    for (let j = 0; j < chunk; j += 1) {
      random.chooseIndexes(items.length, indexes);
      replicates[i * chunk + j] = statistic(indexes);
    }
  }
  return replicates;
}

// Perplexity is resampled 100,000 times: its sum needs no list of items.
function fastStatistic(
  items: readonly RawScore[],
  aggregation: Aggregation,
): (indexes: Uint32Array) => number {
  if (aggregation !== AGGREGATIONS['perplexity']) {
    return (indexes) => aggregation(Array.from(indexes, (index) => items[index] ?? 0));
  }
  const values = Float64Array.from(items, Number);
  return (indexes) => {
    let total = 0;
    for (let i = 0; i < indexes.length; i += 1) total += values[indexes[i] ?? 0] ?? 0;
    return Math.exp(-total / indexes.length);
  };
}
