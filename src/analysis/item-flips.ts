import { Z95 } from '../stats/intervals.js';
import { benjaminiHochberg } from '../stats/multiple-tests.js';
import { pairedDifference } from '../stats/paired.js';
import { signTestP } from '../stats/sign-test.js';
import type { CurveInput } from './points.js';
import { alignedItems, meanItems } from './resample.js';
import { scaleCurve, type ScaledCurve } from './scales.js';

/** How the same samples fare at two neighbouring scales; several seeds of a scale are averaged sample by sample. */
export interface ItemFlips {
  readonly family: string;
  readonly task: string;
  readonly shots: number;
  readonly metric: string;
  /** Names of the smaller and the larger scale. */
  readonly from: string;
  readonly to: string;
  /** Samples that both scales scored. */
  readonly n: number;
  /** Samples that score better, and worse, at the larger scale. */
  readonly better: number;
  readonly worse: number;
  /** Mean over samples of the larger scale's score less the smaller one's, better models above 0. */
  readonly difference: number;
  /** 95%, of the paired differences (Miller 2024, equation 7). */
  readonly ci95: readonly [number, number];
  /** McNemar's test of `better` against `worse`. */
  readonly p: number;
  /** The same after Benjamini and Hochberg over all pairs given together. */
  readonly q: number;
}

/** What changes from each scale to the next, of curves whose samples are known by name; other curves give nothing. */
export function itemFlips(inputs: readonly CurveInput[]): ItemFlips[] {
  const flips = inputs.flatMap((input) => flipsOf(scaleCurve(input)));
  const q = benjaminiHochberg(flips.map(({ p }) => p));
  return flips.map((pair, i) => ({ ...pair, q: q[i] ?? 1 }));
}

function flipsOf(curve: ScaledCurve): Omit<ItemFlips, 'q'>[] {
  const table = alignedItems(curve);
  if (table === null) return [];
  const { family, task, shots, metric, higherIsBetter } = curve.input;
  const rows = table.rows.map((seeds) => meanItems(seeds, higherIsBetter));
  return rows.slice(1).map((larger, i) => {
    const smaller = rows[i] as readonly number[];
    const better = larger.filter((value, item) => value > (smaller[item] as number)).length;
    const worse = larger.filter((value, item) => value < (smaller[item] as number)).length;
    const { difference, stderr, n } = pairedDifference(larger, smaller);
    return {
      family,
      task,
      shots,
      metric,
      from: curve.scales[i]?.name ?? '',
      to: curve.scales[i + 1]?.name ?? '',
      n,
      better,
      worse,
      difference,
      ci95: [difference - Z95 * stderr, difference + Z95 * stderr],
      p: signTestP(better, worse),
    };
  });
}
