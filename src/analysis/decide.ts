import { sharpnessOf, type RiseModel } from './sharpness.js';
import type { ShapeFit, ShapeModel } from './shape-model.js';
import { armsOf } from './turns.js';

/** What a curve does as scale grows. */
export const CLASSES = [
  'flat',
  'smooth',
  'emergent',
  'inverse',
  'u-shaped',
  'inverted-u',
  'undecided',
] as const;
export type CurveClass = (typeof CLASSES)[number];

/** Statistics that a level curve exceeds only as often as its share of the false calls allows (see null-draws.ts). */
export interface Criticals {
  readonly rise: number;
  readonly fall: number;
  readonly turn: number;
  /** What a fit that turns at most once leaves of a level curve, on average. */
  readonly rest: number;
}

/** Standard errors each arm of a U must measure by itself (one-sided p < .01; Lind and Mehlum 2010 ask both to hold). */
const ARM_Z = 2.326;

/** Scatter between scales beyond what items explain, as a multiple of their variance, at least 1. */
export function scatterOf(fit: ShapeFit, criticals: Criticals): number {
  return Math.max(1, criticals.rest > 0 ? fit.rest / criticals.rest : 1);
}

/** The class of one set of values by their shapes alone: never `undecided`, which is a matter of power and confidence. */
export function decideShape(
  model: ShapeModel,
  y: Float64Array,
  found: { fit: ShapeFit; criticals: Criticals; rises: RiseModel },
): CurveClass {
  const { fit, criticals } = found;
  const scatter = scatterOf(fit, criticals);
  const turn = decideTurn(model, y, { ...found, scatter });
  if (turn !== null) return turn;
  const rises = fit.rise.explained >= fit.fall.explained;
  const best = rises ? fit.rise : fit.fall;
  if (best.explained / scatter < (rises ? criticals.rise : criticals.fall)) return 'flat';
  if (Math.sqrt(best.explained) * (model.ramps[best.ramp]?.height ?? 0) < model.margin) return 'flat';
  if (!rises) return 'inverse';
  if (!leavesChance(model, y)) return 'flat';
  return sharpnessOf(found.rises, y) > 0.5 ? 'emergent' : 'smooth';
}

/** One-sided 5%. */
const ABOVE_CHANCE_Z = 1.6448536;

/**
 * A rise that ends where guessing begins (small models often answer worse than a guess) is no ability: some scale must be
 * surely above a guess, and by more than the margin below which no gain counts.
 */
export function leavesChance({ chance, weights, margin }: ShapeModel, y: Float64Array): boolean {
  if (chance === null) return true;
  return y.some((value, i) => {
    const surely = ABOVE_CHANCE_Z / Math.sqrt(weights[i] as number);
    return value - Math.max(surely, margin) > chance;
  });
}

function decideTurn(
  model: ShapeModel,
  y: Float64Array,
  { fit, criticals, scatter }: { fit: ShapeFit; criticals: Criticals; scatter: number },
): CurveClass | null {
  const kind = fit.valley >= fit.hill ? 'valley' : 'hill';
  if (fit[kind] / scatter < criticals.turn) return null;
  const arms = armsOf(y, model.weights, kind);
  const root = Math.sqrt(scatter);
  const holds = arms.every(
    ({ height, stderr }) => height >= model.margin && height / (stderr * root) >= ARM_Z,
  );
  if (!holds) return null;
  return kind === 'valley' ? 'u-shaped' : 'inverted-u';
}
