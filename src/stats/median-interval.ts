import { quantileSorted } from './moments.js';

/** A median with its 95% interval; the interval is null below six values, which support none. */
export interface MedianInterval {
  readonly median: number;
  readonly ci95: readonly [number, number] | null;
}

/**
 * Distribution-free interval of the median from order statistics: [x(k), x(n + 1 - k)] with the largest k whose
 * binomial tail P(Bin(n, 1/2) < k) is at most 2.5% (Conover, Practical Nonparametric Statistics, section 3.2).
 */
export function medianInterval(values: ArrayLike<number>): MedianInterval {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const median = quantileSorted(sorted, 0.5);
  const k = tailRank(n);
  if (k === 0) return { median, ci95: null };
  return { median, ci95: [sorted[k - 1] as number, sorted[n - k] as number] };
}

function tailRank(n: number): number {
  let tail = 0;
  for (let k = 0; k < n; k++) {
    tail += binomialProbability(n, k, 0.5);
    if (tail > 0.025) return k;
  }
  return 0;
}

/** P(Bin(n, p) = k), through logarithms so that large n does not underflow. */
export function binomialProbability(n: number, k: number, p: number): number {
  let log = k * Math.log(p) + (n - k) * Math.log1p(-p);
  for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i);
  return Math.exp(log);
}
