import { pairedDifference } from '../stats/paired.js';
import type { CurveClass } from './decide.js';
import { alignedItems, meanItems } from './resample.js';
import type { Scale, ScaledCurve } from './scales.js';

/** The smallest model that keeps an ability of a reference model. */
export interface Kept {
  readonly family: string;
  readonly task: string;
  readonly shots: number;
  readonly metric: string;
  readonly class: CurveClass;
  /** Share of the reference's gain over a guess that counts as keeping it, 0 to 1. */
  readonly share: number;
  readonly reference: string;
  /** Null where no scale keeps it, or where the reference has nothing to keep. */
  readonly smallest: string | null;
  /** The largest scale that is too small; null where even the smallest keeps it. */
  readonly failing: string | null;
  /** Of the smallest that keeps it: its value less the reference's, with a two-sided 90% interval. */
  readonly difference: { readonly value: number; readonly lo: number; readonly hi: number } | null;
  /** Why there is none, or what decided. */
  readonly reason: string;
}

/** One-sided 5%. */
const Z = 1.6448536;

export interface KeepOptions {
  /** 0.9 keeps at least nine tenths of the gain over a guess. */
  readonly share: number;
  /** Name of the reference scale; the largest where null. */
  readonly reference: string | null;
  readonly class: CurveClass;
}

/**
 * Non-inferiority to a reference: a scale keeps the ability when the one-sided 95% bound of its (paired) difference to
 * the reference stays within the margin, when it is above a guess, and when every scale between them does so too.
 */
export function keptBy(curve: ScaledCurve, options: KeepOptions): Kept | null {
  const { scales, input } = curve;
  const at =
    options.reference === null
      ? scales.length - 1
      : scales.findIndex(({ name }) => name === options.reference);
  const reference = scales[at];
  if (reference === undefined) return null;
  const { family, task, shots, metric } = input;
  const shared = {
    family,
    task,
    shots,
    metric,
    class: options.class,
    share: options.share,
    reference: reference.name,
  };
  const floor = curve.chance ?? (curve.isProportion ? 0 : worstOf(curve));
  const gain = reference.value - floor;
  if (reference.value - Z * Math.sqrt(reference.variance) <= floor) {
    const reason = `${reference.name} is not above a guess: there is nothing to keep`;
    return { ...shared, smallest: null, failing: null, difference: null, reason };
  }
  const margin = (1 - options.share) * gain;
  const differenceTo = differences(curve, at);
  const holds = (i: number): boolean => {
    const { value, stderr } = differenceTo(i);
    const scale = scales[i] as Scale;
    return value - Z * stderr > -margin && scale.value - Z * Math.sqrt(scale.variance) > floor;
  };
  let smallest = at;
  while (smallest > 0 && holds(smallest - 1)) smallest -= 1;
  const { value, stderr } = differenceTo(smallest);
  return {
    ...shared,
    smallest: scales[smallest]?.name ?? null,
    failing: scales[smallest - 1]?.name ?? null,
    difference: { value, lo: value - Z * stderr, hi: value + Z * stderr },
    reason:
      smallest === at
        ? `no smaller scale stays within ${margin.toPrecision(2)} of ${reference.name}`
        : `within ${margin.toPrecision(2)} of ${reference.name}, one-sided 95%`,
  };
}

function worstOf({ scales }: ScaledCurve): number {
  return Math.min(...scales.map(({ value }) => value));
}

/** Differences to the reference: over the same items where they are known, otherwise of independent means. */
function differences(curve: ScaledCurve, at: number): (i: number) => { value: number; stderr: number } {
  const table = alignedItems(curve);
  const reference = curve.scales[at] as Scale;
  const rowOf = (i: number): number[] => meanItems(table?.rows[i] ?? [], curve.input.higherIsBetter);
  return (i) => {
    if (i === at) return { value: 0, stderr: 0 };
    const scale = curve.scales[i] as Scale;
    const value = scale.value - reference.value;
    const independent = Math.sqrt(scale.variance + reference.variance);
    const hasSeeds = scale.seeds.length > 1 || reference.seeds.length > 1;
    if (table === null || hasSeeds) return { value, stderr: independent };
    return { value, stderr: Math.max(pairedDifference(rowOf(i), rowOf(at)).stderr, 1 / (scale.n + 2)) };
  };
}
