import { quantileSorted } from './moments.js';
import { binomialProbability } from './median-interval.js';

/** A percentile of latencies that the number of values supports. */
export interface SupportedPercentile {
  /** Raw percentile of the values. */
  readonly value: number;
  /** With 99% confidence the true percentile is at most this. */
  readonly bound99: number;
}

const RISK = 0.01;

/**
 * A percentile with the upper bound that MLPerf's LoadGen reports (inference_rules.adoc, appendix "Early Stopping"):
 * the t - 1 largest values are set aside, where t is the largest count with P(Bin(n, 1 - p) <= t) <= 1%, and the largest
 * of the rest is the bound. Null where n supports no t: p50 needs 11 values, p90 64, p95 130, p99 662, p99.9 6636.
 */
export function supportedPercentile(values: ArrayLike<number>, p: number): SupportedPercentile | null {
  const sorted = Float64Array.from(values).sort();
  const t = discardable(sorted.length, p);
  if (t === 0) return null;
  return { value: quantileSorted(sorted, p), bound99: sorted[sorted.length - t] as number };
}

function discardable(n: number, p: number): number {
  let cumulative = binomialProbability(n, 0, 1 - p);
  let t = 0;
  while (t < n) {
    cumulative += binomialProbability(n, t + 1, 1 - p);
    if (cumulative > RISK) return t;
    t++;
  }
  return t;
}
