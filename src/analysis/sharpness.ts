import { fitMonotone } from '../stats/isotonic.js';
import { levelChiSquare } from '../stats/level-chi-square.js';
import { dot } from './ramps.js';
import { riseShapesOf, type RiseShape } from './rise-shapes.js';
import { marginOf, type ScaledCurve } from './scales.js';

/** The rises that one curve is compared with; they do not change from one resample to the next. */
export interface RiseModel {
  readonly shapes: readonly RiseShape[];
  /** Room for the projections of one set of values: a resample allocates nothing. */
  readonly explained: Float64Array;
  /** Inverse variances, the tolerance for shapes included. */
  readonly weights: Float64Array;
  /** Inverse variances of the values alone. */
  readonly itemWeights: Float64Array;
  readonly margin: number;
  readonly chance: number | null;
  readonly isProportion: boolean;
}

/** No curve lies closer to a simple shape than this share of its gain, however many items it has. */
const SHAPE_TOLERANCE = 0.06;
/** A short floor is believed only before a gain of this many margins (30 points of a proportion). */
const SHORT_FLOOR_GAIN = 6;
/** Prior odds of a sudden rise from a floor that is not a guess's: the definition of Wei et al. 2022 asks for one. */
const OFF_CHANCE_ODDS = 0.1;

/** Prepares the rises for a curve. */
export function riseModelOf(curve: ScaledCurve): RiseModel {
  const values = Float64Array.from(curve.scales, ({ value }) => value);
  const itemWeights = Float64Array.from(curve.scales, ({ variance }) => 1 / variance);
  const { blocks } = fitMonotone(values, itemWeights, 'up');
  const gain = (blocks.at(-1)?.value ?? 0) - (blocks[0]?.value ?? 0);
  const weights = Float64Array.from(
    curve.scales,
    ({ variance }) => 1 / (variance + (SHAPE_TOLERANCE * gain) ** 2),
  );
  const x = curve.scales.map((scale) => scale.x);
  const { chance, isProportion } = curve;
  const shapes = riseShapesOf(x, weights);
  return {
    shapes,
    explained: new Float64Array(shapes.length),
    weights,
    itemWeights,
    margin: marginOf(curve),
    chance,
    isProportion,
  };
}

/**
 * How much of the evidence for a rise lies with a sudden one, 0 to 1: the likelihood of the best shape that is
 * sudden and stands on a floor against that of the best other one (all have four parameters, so that AICc weights
 * reduce to this ratio), tempered by how far the best shape misses the values.
 */
export function sharpnessOf(model: RiseModel, y: Float64Array): number {
  const { explained, shapes } = model;
  let highest = 0;
  for (let i = 0; i < shapes.length; i++) {
    const projection = dot((shapes[i] as RiseShape).project, y);
    explained[i] = projection;
    if (projection > highest) highest = projection;
  }
  const best = highest ** 2;
  const misfit = Math.max(1, (levelChiSquare(model.weights, y) - best) / Math.max(1, y.length - 3));
  let sudden = 0;
  let gradual = 0;
  for (let i = 0; i < shapes.length; i++) {
    const projection = explained[i] as number;
    if (projection <= 0) continue;
    const likelihood = Math.exp((projection * projection - best) / 2 / misfit);
    // What is below both of the best so far changes neither.
    if (likelihood <= sudden && likelihood <= gradual) continue;
    const shape = shapes[i] as RiseShape;
    const prior = priorOdds(model, shape, { y, gain: projection * shape.height });
    if (prior * likelihood > sudden) sudden = prior * likelihood;
    if (prior === 0 && likelihood > gradual) gradual = likelihood;
  }
  return sudden + gradual === 0 ? 0 : sudden / (sudden + gradual);
}

function priorOdds(model: RiseModel, shape: RiseShape, found: { y: Float64Array; gain: number }): number {
  if (!shape.isSudden) return 0;
  const isAtChance = floorIsChance(model, shape.nFloor, found.y);
  if (shape.hasLongFloor) return isAtChance === false ? OFF_CHANCE_ODDS : 1;
  return isAtChance === true && found.gain >= SHORT_FLOOR_GAIN * model.margin ? 1 : 0;
}

/** Where no guess is known, a floor at more than this share of the best score is not taken for one. */
const GUESSED_SHARE = 0.6;
/** One-sided 5%. */
const Z = 1.6448536;

/** Whether the pooled floor is within the margin of a guess, as far as its noise tells; null where no guess is known and the floor is not 0. */
function floorIsChance(model: RiseModel, nFloor: number, y: Float64Array): boolean | null {
  let weight = 0;
  let total = 0;
  for (let i = 0; i < nFloor; i++) {
    const w = model.itemWeights[i] as number;
    weight += w;
    total += w * (y[i] as number);
  }
  const lowest = total / weight - Z / Math.sqrt(weight);
  if (model.chance !== null) return lowest <= model.chance + model.margin;
  if (!model.isProportion) return null;
  if (lowest <= model.margin) return true;
  return lowest > GUESSED_SHARE * Math.max(...y) ? false : null;
}
