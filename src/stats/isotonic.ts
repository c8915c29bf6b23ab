/** A level piece of a monotone fit. */
export interface Block {
  /** First index of the piece. */
  readonly start: number;
  readonly value: number;
  /** Sum of the weights: the inverse variance of `value` where weights are inverse variances. */
  readonly weight: number;
}

/** Direction in which a fit may go. */
export type Direction = 'up' | 'down';

/** A weighted fit that never goes against its direction. */
export interface MonotoneFit {
  readonly blocks: readonly Block[];
  /** Weighted squared error of the fit to the first i + 1 values, for every i. */
  readonly errors: Float64Array;
}

interface Growing {
  start: number;
  weight: number;
  total: number;
  squares: number;
}

const errorOf = ({ weight, total, squares }: Growing): number =>
  Math.max(0, squares - (total * total) / weight);

/** Weighted monotone regression by pooling adjacent violators (Ayer et al. 1955), with the error of every prefix. */
export function fitMonotone(
  y: ArrayLike<number>,
  weights: ArrayLike<number>,
  direction: Direction,
): MonotoneFit {
  const sign = direction === 'up' ? 1 : -1;
  const stack: Growing[] = [];
  const errors = new Float64Array(y.length);
  let settled = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weights[i] as number;
    const value = y[i] as number;
    let last: Growing = { start: i, weight: w, total: w * value, squares: w * value * value };
    for (let before = stack.at(-1); before !== undefined; before = stack.at(-1)) {
      if (sign * (before.total / before.weight) < sign * (last.total / last.weight)) break;
      stack.pop();
      settled -= errorOf(before);
      last = merge(before, last);
    }
    stack.push(last);
    settled += errorOf(last);
    errors[i] = Math.max(0, settled);
  }
  const blocks = stack.map(({ start, weight, total }) => ({ start, weight, value: total / weight }));
  return { blocks, errors };
}

function merge(a: Growing, b: Growing): Growing {
  return {
    start: a.start,
    weight: a.weight + b.weight,
    total: a.total + b.total,
    squares: a.squares + b.squares,
  };
}

/** A fit that turns once: two monotone pieces, the first of `split` values. */
export interface TurnFit {
  readonly split: number;
  readonly error: number;
}

/** The best fit that goes in one direction and then, from some value on, in the other (Stout 2008). */
export function fitTurn(y: ArrayLike<number>, weights: ArrayLike<number>, first: Direction): TurnFit {
  const n = y.length;
  const left = fitMonotone(y, weights, first).errors;
  const right = fitMonotone(reversed(y), reversed(weights), first).errors;
  let best: TurnFit = { split: n, error: left[n - 1] ?? 0 };
  for (let split = 0; split < n; split++) {
    const error = (split === 0 ? 0 : (left[split - 1] as number)) + (right[n - 1 - split] as number);
    if (error < best.error) best = { split, error };
  }
  return best;
}

function reversed(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).reverse();
}
