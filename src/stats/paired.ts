import { mean, sampleVariance } from './moments.js';

/** A difference of two means over the same items. */
export interface PairedDifference {
  readonly difference: number;
  readonly stderr: number;
  /** What the standard error would be if the items were different ones. */
  readonly unpairedStderr: number;
  readonly n: number;
}

/** Mean of a - b with the standard error of the paired differences (Miller 2024, equation 7). */
export function pairedDifference(a: readonly number[], b: readonly number[]): PairedDifference {
  const differences = a.map((value, i) => value - (b[i] as number));
  const n = differences.length;
  return {
    difference: mean(differences),
    stderr: Math.sqrt(sampleVariance(differences) / n),
    unpairedStderr: Math.sqrt((sampleVariance(a) + sampleVariance(b)) / n),
    n,
  };
}

/** Standard normal quantiles of a two-sided 5% level and of 80% power. */
const Z_LEVEL = 1.959963984540054;
const Z_POWER = 0.8416212335729143;

/** Items needed to find `difference` with 80% power at 5%; `variance` is that of one item's difference (Miller 2024, equation 9). */
export function sampleSize({ difference, variance }: { difference: number; variance: number }): number {
  return ((Z_LEVEL + Z_POWER) ** 2 * variance) / difference ** 2;
}
