import type { CurveClass } from './decide.js';
import type { Threshold } from './curve-analysis.js';
import { pointVariance } from './noise.js';
import type { Scale, ScaledCurve } from './scales.js';

/** A scale has left the floor when it is this share of the whole gain above it, significantly. */
const LEFT_FLOOR = 0.1;
/** One-sided 5%, before Holm's correction over scales. */
const ALPHA_Z = 1.6448536;

/**
 * The bracket in which an ability appears: every scale up to `above` is at the floor, and `atMost` and every larger
 * scale is past it in every seed. Between the two the data do not decide. Null for classes without a rise.
 */
export function thresholdOf(curve: ScaledCurve, shape: CurveClass): Threshold | null {
  if (shape !== 'emergent' && shape !== 'smooth') return null;
  const { scales } = curve;
  const sign = curve.input.higherIsBetter ? 1 : -1;
  const floor = shape === 'emergent' ? floorBeforeJump(curve) : floorOf(curve);
  const top = Math.max(...scales.map(({ value }) => value));
  const line = floor + LEFT_FLOOR * (top - floor);
  const isPast = (scale: Scale): boolean => scale.value - ALPHA_Z * Math.sqrt(scale.variance) > line;
  const isBelow = (scale: Scale): boolean =>
    scale.seeds.every(
      (point) => sign * point.value - ALPHA_Z * Math.sqrt(pointVariance(point, curve.isProportion)) <= line,
    );
  const lastNotPast = scales.findLastIndex((scale) => !isPast(scale));
  const atMost = scales[lastNotPast + 1];
  if (atMost === undefined) return null;
  const firstUp = scales.findIndex((scale) => !isBelow(scale));
  const above = scales[Math.min(firstUp < 0 ? lastNotPast : firstUp - 1, lastNotPast)];
  return { above: above?.name ?? null, atMost: atMost.name };
}

/** The mean of the scales before the highest step: a floor need not be the level of a guess. */
function floorBeforeJump({ scales }: ScaledCurve): number {
  const steps = scales.slice(1).map(({ value }, i) => value - (scales[i] as Scale).value);
  const before = scales.slice(0, steps.indexOf(Math.max(...steps)) + 1);
  return before.reduce((total, { value }) => total + value, 0) / before.length;
}

/** The floor: a guess where it is known and the smallest scale is near it, otherwise the smallest scale. */
function floorOf({ scales, chance }: ScaledCurve): number {
  const first = scales[0]?.value ?? 0;
  return chance === null ? first : Math.max(chance, Math.min(first, chance + 0.05));
}
