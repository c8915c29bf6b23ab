/**
 * Shapes that rise once: level before scale `from`, straight in the logarithm of scale up to scale `to`, level after.
 * A step, a line, a hinge and a saturating rise are all ramps, and a weighted fit of one is a dot product.
 */
export interface Ramp {
  readonly from: number;
  readonly to: number;
  /** Projection of a curve on this shape: dot(project, y)^2 is the chi-square it explains beyond a level line. */
  readonly project: Float64Array;
  /** Height of the fitted rise for one unit of projection. */
  readonly height: number;
}

/** Inner product. */
export function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

/** Every ramp that starts and ends at a scale. `weights` are inverse variances. */
export function rampsOver(x: readonly number[], weights: Float64Array): Ramp[] {
  const ramps: Ramp[] = [];
  for (let from = 0; from < x.length - 1; from++) {
    for (let to = from + 1; to < x.length; to++) {
      const centred = centre(rampValues(x, from, to), weights);
      const norm = Math.sqrt(
        centred.reduce((total, value, i) => total + value * value * (weights[i] as number), 0),
      );
      const project = centred.map((value, i) => (value * (weights[i] as number)) / norm);
      ramps.push({ from, to, project, height: 1 / norm });
    }
  }
  return ramps;
}

function rampValues(x: readonly number[], from: number, to: number): Float64Array {
  const start = x[from] as number;
  const end = x[to] as number;
  return Float64Array.from(x, (value) => Math.min(1, Math.max(0, (value - start) / (end - start))));
}

function centre(values: Float64Array, weights: Float64Array): Float64Array {
  const weight = weights.reduce((total, value) => total + value, 0);
  const total = dot(values, weights);
  return values.map((value) => value - total / weight);
}
