import { median } from '../stats/moments.js';

/** BIG-bench's linearity and breakthroughness; null where the formula divides by zero. */
export interface Breakthrough {
  /** I(y): the range, signed by whether the maximum comes after the minimum. */
  readonly improvement: number;
  readonly linearity: number | null;
  readonly breakthroughness: number | null;
}

/**
 * L = I / root mean square step, B = I / root median square step, over scores at increasing scales
 * (Srivastava et al. 2022, appendix B; written out by Xia et al. 2023, equation 4).
 */
export function breakthroughOf(values: readonly number[]): Breakthrough {
  if (values.length < 2) return { improvement: 0, linearity: null, breakthroughness: null };
  const highest = Math.max(...values);
  const lowest = Math.min(...values);
  const improvement = Math.sign(values.indexOf(highest) - values.indexOf(lowest)) * (highest - lowest);
  const squares = values.slice(1).map((value, i) => (value - (values[i] as number)) ** 2);
  const meanSquare = squares.reduce((total, square) => total + square, 0) / squares.length;
  const ratio = (square: number): number | null => (square > 0 ? improvement / Math.sqrt(square) : null);
  return { improvement, linearity: ratio(meanSquare), breakthroughness: ratio(median(squares)) };
}
