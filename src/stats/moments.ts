/** Sum with compensation for lost low-order bits (Neumaier), so that a million terms add exactly enough. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

/** Unbiased variance (divided by n - 1); NaN of fewer than two values. */
export function sampleVariance(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN;
  const centre = mean(values);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += ((values[i] as number) - centre) ** 2;
  return total / (values.length - 1);
}

/** Sample standard deviation, divided by n - 1. */
export function sampleStdev(values: ArrayLike<number>): number {
  return Math.sqrt(sampleVariance(values));
}

/** Standard error of the mean: sample deviation over the root of n (lm-eval's `mean_stderr`). */
export function standardError(values: ArrayLike<number>): number {
  return sampleStdev(values) / Math.sqrt(values.length);
}

/**
 * Standard error of the mean where items of one cluster share their luck (one passage, several questions):
 * Miller 2024 (arXiv 2411.00640), equation 4. `clusters[i]` names the cluster of `values[i]`.
 */
export function clusteredStandardError(values: readonly number[], clusters: readonly unknown[]): number {
  const n = values.length;
  const centre = mean(values);
  const byCluster = new Map<unknown, { total: number; squares: number }>();
  values.forEach((value, i) => {
    const entry = byCluster.get(clusters[i]) ?? { total: 0, squares: 0 };
    entry.total += value - centre;
    entry.squares += (value - centre) ** 2;
    byCluster.set(clusters[i], entry);
  });
  let cross = 0;
  for (const { total, squares } of byCluster.values()) cross += total * total - squares;
  const variance = sampleVariance(values) / n + cross / (n * n);
  return Math.sqrt(Math.max(0, variance));
}

/** Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan); `sorted` ascends. */
export function quantileSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}

/** Quantile of values in any order. */
export function quantile(values: ArrayLike<number>, q: number): number {
  return quantileSorted(Float64Array.from(values).sort(), q);
}

/** Middle value; the mean of the middle two where n is even. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Median absolute deviation from the median, unscaled. */
export function medianAbsoluteDeviation(values: ArrayLike<number>): number {
  const centre = median(values);
  return median(Array.from(values, (value) => Math.abs(value - centre)));
}
