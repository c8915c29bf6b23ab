import { levelChiSquare } from '../stats/level-chi-square.js';
import { dot, rampsOver, type Ramp } from './ramps.js';
import { marginOf, type ScaledCurve } from './scales.js';
import { turnEvidence } from './turns.js';

/** Candidate shapes of one curve with everything that does not change from one resample to the next. */
export interface ShapeModel {
  readonly x: readonly number[];
  readonly weights: Float64Array;
  readonly ramps: readonly Ramp[];
  /** Least difference that matters, in the metric's unit. */
  readonly margin: number;
  readonly chance: number | null;
  readonly isProportion: boolean;
}

/** What the shapes say of one set of values. */
export interface ShapeFit {
  /** Chi-square of a level line. */
  readonly level: number;
  /** Explained by the best rising and the best falling ramp, with its index. */
  readonly rise: Best;
  readonly fall: Best;
  /** Explained by turning once, beyond the best fit that only rises or only falls. */
  readonly valley: number;
  readonly hill: number;
  /** Left unexplained by any fit that turns at most once. */
  readonly rest: number;
}

/** A best ramp, -1 where none goes that way. */
export interface Best {
  readonly explained: number;
  readonly ramp: number;
}

/** Prepares the shapes for a curve, weighted by the observed variances or by those given. */
export function shapeModelOf(curve: ScaledCurve, variances?: readonly number[]): ShapeModel {
  const x = curve.scales.map((scale) => scale.x);
  const weights = Float64Array.from(curve.scales, ({ variance }, i) => 1 / (variances?.[i] ?? variance));
  const ramps = rampsOver(x, weights);
  return {
    x,
    weights,
    ramps,
    margin: marginOf(curve),
    chance: curve.chance,
    isProportion: curve.isProportion,
  };
}

/** Fits every shape to the values of the scales, in order. */
export function fitShapes(model: ShapeModel, y: Float64Array): ShapeFit {
  const { monotone, valley, hill } = turnEvidence(y, model.weights);
  return {
    level: levelChiSquare(model.weights, y),
    ...fitRamps(model, y),
    valley: monotone - valley,
    hill: monotone - hill,
    rest: Math.min(valley, hill),
  };
}

function fitRamps({ ramps }: ShapeModel, y: Float64Array): Pick<ShapeFit, 'rise' | 'fall'> {
  const rise = { explained: 0, ramp: -1 };
  const fall = { explained: 0, ramp: -1 };
  for (let i = 0; i < ramps.length; i++) {
    const projection = dot((ramps[i] as Ramp).project, y);
    const side = projection > 0 ? rise : fall;
    if (projection * projection <= side.explained) continue;
    side.explained = projection * projection;
    side.ramp = i;
  }
  return { rise, fall };
}
