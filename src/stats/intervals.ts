import { mean, quantileSorted } from './moments.js';
import type { Random } from './random.js';

/** [lower, upper]. */
export type Interval = readonly [number, number];

/** Half-width of a two-sided 95% interval in standard errors: the 0.975 quantile of the normal distribution. */
export const Z95 = 1.959963984540054;

/**
 * Wilson's score interval of a proportion (Wilson 1927): stays inside [0, 1] and keeps its level at few items and
 * near 0 and 1, where the normal interval does not. `successes` may be fractional (a mean of partial credits times n).
 */
export function wilsonInterval(successes: number, n: number, z = Z95): Interval {
  if (n <= 0) return [0, 1];
  const p = successes / n;
  const centre = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  // The exact ends at 0 and n, which rounding would miss by an ulp.
  const lower = successes <= 0 ? 0 : (centre - spread) / scale;
  const upper = successes >= n ? 1 : (centre + spread) / scale;
  return [Math.max(0, lower), Math.min(1, upper)];
}

/** Interval of a mean with a known standard error. */
export function normalInterval(value: number, stderr: number, z = Z95): Interval {
  return [value - z * stderr, value + z * stderr];
}

/** Options of a percentile bootstrap. */
export interface BootstrapOptions {
  readonly random: Random;
  readonly draws?: number;
  /** Coverage, 0.95 where absent. */
  readonly level?: number;
  /** What is estimated from a resample; the mean where absent. */
  readonly statistic?: (resample: Float64Array) => number;
}

/** Every bootstrap replicate of a statistic, ascending: n draws with replacement from `values`, repeated. */
export function bootstrapReplicates(values: ArrayLike<number>, options: BootstrapOptions): Float64Array {
  const { random, draws = 2000, statistic = mean } = options;
  const resample = new Float64Array(values.length);
  return Float64Array.from({ length: draws }, () => {
    for (let i = 0; i < resample.length; i++) resample[i] = values[random.integer(values.length)] as number;
    return statistic(resample);
  }).sort();
}

/** Percentile bootstrap interval (Efron 1979). */
export function bootstrapInterval(values: ArrayLike<number>, options: BootstrapOptions): Interval {
  const tail = (1 - (options.level ?? 0.95)) / 2;
  const replicates = bootstrapReplicates(values, options);
  return [quantileSorted(replicates, tail), quantileSorted(replicates, 1 - tail)];
}
