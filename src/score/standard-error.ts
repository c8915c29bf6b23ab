import { PythonRandom } from '../python/random.js';
import { bootstrapReplicates, normalInterval, wilsonInterval } from '../stats/intervals.js';
import { quantileSorted } from '../stats/moments.js';
import { createRandom } from '../stats/random.js';
import { AGGREGATIONS, type Aggregation } from './aggregate.js';
import { packedNumbers, type RawItems } from './raw-column.js';
import { resampledStatistic, type ResampledStatistic } from './resampled-statistic.js';

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
const MAX_LM_EVAL_DRAWS = 5_000_000_000; // a minute; 100,000 replicates of 50,000 documents
const LONG_DRAWS = 2_000_000; // some 20 ms
const OWN_REPLICATES = 2000; // for intervals that lm-eval does not have: +-3% on the width of a 95% interval
const FEWEST_REPLICATES = 200; // where there are very many items: +-10%
const MAX_DRAWS = 20_000_000; // items drawn for one interval, a few seconds
const OWN_SEED = 1234;

const TEXT_METRICS = ['bleu', 'chrf', 'chrf++', 'ter'];
const BOOTSTRAPPED = ['median', 'matthews_corrcoef', 'f1', 'perplexity', 'nanmean', ...TEXT_METRICS];

/** True for aggregations (by lm-eval's name, null for a hook's) that lm-eval gives a standard error for. */
export function hasLmEvalStderr(name: string | null): boolean {
  return name === 'mean' || (name !== null && BOOTSTRAPPED.includes(name));
}

/** An aggregated metric. */
export interface Aggregated {
  readonly metric: string;
  /** The aggregation, null for one of a hook. */
  readonly name: string | null;
  readonly aggregation: Aggregation;
  /** Replicates of lm-eval's bootstrap. */
  readonly iterations: number;
  readonly value: number;
}

/** Standard error and 95% interval of an aggregated metric. lm-eval bounds the replicates by the name of the metric. */
export function uncertaintyOf(items: RawItems, given: Aggregated): Uncertainty {
  const { name } = given;
  if (items.length < 2) return { stderr: null, ci95: null, isLmEval: true };
  if (name === 'mean') return { ...ofMean(items, given.value), isLmEval: given.iterations > 0 };
  if (name !== null && BOOTSTRAPPED.includes(name) && given.iterations > 0) {
    const iterations = TEXT_METRICS.includes(given.metric)
      ? Math.min(given.iterations, TEXT_METRIC_ITERATIONS)
      : given.iterations;
    const statistic = resampledStatistic(items, given.aggregation);
    return fromReplicates(lmEvalReplicates(items.length, [statistic], iterations)[0] ?? NOTHING, true);
  }
  const random = createRandom(OWN_SEED);
  const positions = Float64Array.from({ length: items.length }, (_, index) => index);
  const statistic = resampledStatistic(items, given.aggregation);
  const draws = Math.min(OWN_REPLICATES, Math.max(FEWEST_REPLICATES, Math.floor(MAX_DRAWS / items.length)));
  return fromReplicates(bootstrapReplicates(positions, { random, draws, statistic }), false);
}

const NOTHING = new Float64Array(0);

/** A column of numbers that lm-eval draws from so often that it takes a part of a second or more. */
export interface LongResampling {
  readonly values: Float64Array;
  readonly name: string;
  readonly iterations: number;
}

/** What of an uncertainty may be left to another thread; null where it is nothing long. */
export function longResampling(
  items: RawItems,
  { metric, name, iterations }: Aggregated,
): LongResampling | null {
  if (name === null || !BOOTSTRAPPED.includes(name) || TEXT_METRICS.includes(metric)) return null;
  if (items.length < 2 || items.length * iterations < LONG_DRAWS) return null;
  const [first] = items;
  return typeof first === 'number' ? { values: packedNumbers(items), name, iterations } : null;
}

/** The uncertainties of columns of one length and number of iterations: lm-eval draws the same for all of them, so it is done once. */
export function resampleTogether(columns: readonly LongResampling[]): Uncertainty[] {
  const [first] = columns;
  if (first === undefined) return [];
  const statistics = columns.map(({ values, name }) =>
    resampledStatistic(values, AGGREGATIONS[name] ?? (() => Number.NaN)),
  );
  return lmEvalReplicates(first.values.length, statistics, first.iterations).map((replicates) =>
    fromReplicates(replicates, true),
  );
}

function ofMean(items: RawItems, value: number): Omit<Uncertainty, 'isLmEval'> {
  const numbers = packedNumbers(items);
  const n = numbers.length;
  const stderr = Math.sqrt(numbers.reduce((sum, x) => sum + (x - value) ** 2, 0) / (n - 1)) / Math.sqrt(n);
  const isZeroOne = numbers.every((x) => x === 0 || x === 1);
  const ci95 = isZeroOne ? wilsonInterval(Math.round(value * n), n) : normalInterval(value, stderr);
  return { stderr, ci95 };
}

function fromReplicates(replicates: Float64Array, isLmEval: boolean): Uncertainty {
  let total = 0;
  for (const value of replicates) total += value;
  const mean = total / replicates.length;
  let squares = 0;
  for (const value of replicates) squares += (value - mean) ** 2;
  const stderr = replicates.length < 2 ? null : Math.sqrt(squares / (replicates.length - 1));
  const sorted = replicates.toSorted();
  return { stderr, ci95: [quantileSorted(sorted, 0.025), quantileSorted(sorted, 0.975)], isLmEval };
}

/**
 * lm-eval's bootstrap: chunks of up to 1,000 replicates, chunk i drawn by random.Random(i).choices; what is left
 * over of `iterations` is dropped. Of very many documents fewer chunks are drawn, one at least.
 */
function lmEvalReplicates(
  nItems: number,
  statistics: readonly ResampledStatistic[],
  iterations: number,
): Float64Array[] {
  const { chunk, nChunks } = resampleChunks(nItems, iterations);
  const replicates = statistics.map(() => new Float64Array(nChunks * chunk));
  const indexes = new Uint32Array(nItems);
  for (let i = 0; i < nChunks; i += 1) {
    const random = new PythonRandom(i);
    for (let j = 0; j < chunk; j += 1) {
      random.chooseIndexes(nItems, indexes);
      for (const [which, statistic] of statistics.entries()) {
        const found = replicates[which];
        if (found !== undefined) found[i * chunk + j] = statistic(indexes);
      }
    }
  }
  return replicates;
}

/** How lm-eval's bootstrap is drawn: chunks of `chunk` replicates each, fewer of very many documents than lm-eval draws, one at least. */
export function resampleChunks(
  nItems: number,
  iterations: number,
): { readonly chunk: number; readonly nChunks: number } {
  const chunk = Math.min(CHUNK, iterations);
  if (chunk === 0) return { chunk, nChunks: 0 };
  const affordable = Math.max(1, Math.floor(MAX_LM_EVAL_DRAWS / nItems / chunk));
  return { chunk, nChunks: Math.min(affordable, Math.floor(iterations / chunk)) };
}
