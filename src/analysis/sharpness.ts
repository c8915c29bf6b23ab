import { dot, type Ramp } from './ramps.js';
import type { ShapeFit, ShapeModel } from './shape-model.js';

/** A short floor is believed only before a gain of this many margins (30 points of a proportion). */
const SHORT_FLOOR_GAIN = 6;
/** Prior odds of a sudden rise from a floor that is not a guess's: the definition of Wei et al. 2022 asks for one. */
const OFF_CHANCE_ODDS = 0.1;

/**
 * How much of the evidence for a rise lies with a sudden one, 0 to 1: the likelihood of the best ramp that is
 * sharp and stands on a floor against that of the best other ramp (both have four parameters, so that AICc weights
 * reduce to this ratio), tempered by how far the best ramp misses the values.
 */
export function sharpnessOf(model: ShapeModel, y: Float64Array, fit: ShapeFit): number {
  const misfit = Math.max(1, (fit.level - fit.rise.explained) / Math.max(1, y.length - 3));
  let sharp = 0;
  let gradual = 0;
  model.ramps.forEach((ramp, index) => {
    const projection = dot(ramp.project, y);
    if (projection <= 0) return;
    const likelihood = Math.exp((projection * projection - fit.rise.explained) / 2 / misfit);
    const prior = priorOdds(model, index, { y, gain: projection * ramp.height });
    sharp = Math.max(sharp, prior * likelihood);
    if (prior === 0) gradual = Math.max(gradual, likelihood);
  });
  return sharp + gradual === 0 ? 0 : sharp / (sharp + gradual);
}

function priorOdds(model: ShapeModel, index: number, found: { y: Float64Array; gain: number }): number {
  if (model.isSharp[index] !== true) return 0;
  const isAtChance = floorIsChance(model, model.ramps[index] as Ramp, found.y);
  if (model.hasFloor[index] === true) return isAtChance === false ? OFF_CHANCE_ODDS : 1;
  return isAtChance === true && found.gain >= SHORT_FLOOR_GAIN * model.margin ? 1 : 0;
}

/** One-sided 5%. */
const Z = 1.6448536;

/** Whether the pooled floor is within the margin of a guess, as far as its noise tells; null where no guess is known and the floor is not 0. */
function floorIsChance(model: ShapeModel, { from }: Ramp, y: Float64Array): boolean | null {
  let weight = 0;
  let total = 0;
  for (let i = 0; i <= from; i++) {
    const w = model.weights[i] as number;
    weight += w;
    total += w * (y[i] as number);
  }
  const lowest = total / weight - Z / Math.sqrt(weight);
  if (model.chance !== null) return lowest <= model.chance + model.margin;
  return model.isProportion && lowest <= model.margin ? true : null;
}
