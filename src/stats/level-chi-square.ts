/** Weighted squares of values about their weighted mean: chi-square of a level line when weights are 1 / variance. */
export function levelChiSquare(weights: Float64Array, y: Float64Array): number {
  let weight = 0;
  let total = 0;
  let squares = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weights[i] as number;
    const value = y[i] as number;
    weight += w;
    total += w * value;
    squares += w * value * value;
  }
  return Math.max(0, squares - (total * total) / weight);
}
