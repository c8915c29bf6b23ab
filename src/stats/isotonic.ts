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

/** Blocks as a stack of numbers: the fits of a resample are made thousands of times, so that nothing is allocated. */
interface Stack {
  readonly start: Int32Array;
  readonly weight: Float64Array;
  readonly total: Float64Array;
  readonly squares: Float64Array;
}

let scratch: Stack | null = null;

/** The one stack that all fits share, which run to their end before the next begins. */
function stackOf(size: number): Stack {
  if (scratch !== null && scratch.start.length >= size) return scratch;
  scratch = {
    start: new Int32Array(size),
    weight: new Float64Array(size),
    total: new Float64Array(size),
    squares: new Float64Array(size),
  };
  return scratch;
}

const errorOf = ({ weight, total, squares }: Stack, i: number): number =>
  Math.max(0, (squares[i] as number) - (total[i] as number) ** 2 / (weight[i] as number));

const valueOf = ({ weight, total }: Stack, i: number): number => (total[i] as number) / (weight[i] as number);

interface Order {
  readonly direction: Direction;
  /** From the last value to the first. */
  readonly isReversed: boolean;
}

/** Pools adjacent violators; returns the height of the stack and fills `errors` by the number of values seen. */
function pool(
  { y, weights, errors }: { y: ArrayLike<number>; weights: ArrayLike<number>; errors: Float64Array },
  { direction, isReversed }: Order,
  stack: Stack,
): number {
  const sign = direction === 'up' ? 1 : -1;
  let top = -1;
  let settled = 0;
  for (let i = 0; i < y.length; i++) {
    const at = isReversed ? y.length - 1 - i : i;
    const w = weights[at] as number;
    const value = y[at] as number;
    top += 1;
    stack.start[top] = i;
    stack.weight[top] = w;
    stack.total[top] = w * value;
    stack.squares[top] = w * value * value;
    while (top > 0 && sign * valueOf(stack, top - 1) >= sign * valueOf(stack, top)) {
      settled -= errorOf(stack, top - 1);
      merge(stack, top - 1);
      top -= 1;
    }
    settled += errorOf(stack, top);
    errors[i] = Math.max(0, settled);
  }
  return top + 1;
}

function merge({ weight, total, squares }: Stack, i: number): void {
  weight[i] = (weight[i] as number) + (weight[i + 1] as number);
  total[i] = (total[i] as number) + (total[i + 1] as number);
  squares[i] = (squares[i] as number) + (squares[i + 1] as number);
}

/** Weighted monotone regression by pooling adjacent violators (Ayer et al. 1955), with the error of every prefix. */
export function fitMonotone(
  y: ArrayLike<number>,
  weights: ArrayLike<number>,
  direction: Direction,
): MonotoneFit {
  const stack = stackOf(y.length);
  const errors = new Float64Array(y.length);
  const nBlocks = pool({ y, weights, errors }, { direction, isReversed: false }, stack);
  const blocks = Array.from({ length: nBlocks }, (_, i) => ({
    start: stack.start[i] as number,
    weight: stack.weight[i] as number,
    value: valueOf(stack, i),
  }));
  return { blocks, errors };
}

/** A fit that turns once: two monotone pieces, the first of `split` values. */
export interface TurnFit {
  readonly split: number;
  readonly error: number;
}

/** Errors of the fits that go one way only, and the best fits that turn once. */
export interface Directions {
  readonly up: number;
  readonly down: number;
  readonly valley: TurnFit;
  readonly hill: TurnFit;
}

/** Fits all four directions; a turn is the best pair of a prefix going one way and the rest going the other (Stout 2008). */
export function fitDirections(y: ArrayLike<number>, weights: ArrayLike<number>): Directions {
  const stack = stackOf(y.length);
  const prefix = (direction: Direction, isReversed: boolean): Float64Array => {
    const errors = new Float64Array(y.length);
    pool({ y, weights, errors }, { direction, isReversed }, stack);
    return errors;
  };
  const up = prefix('up', false);
  const down = prefix('down', false);
  const last = y.length - 1;
  return {
    up: up[last] ?? 0,
    down: down[last] ?? 0,
    // Read backwards, a rise is a fall.
    valley: bestSplit(down, prefix('down', true)),
    hill: bestSplit(up, prefix('up', true)),
  };
}

function bestSplit(left: Float64Array, right: Float64Array): TurnFit {
  const n = left.length;
  let best: TurnFit = { split: n, error: left[n - 1] ?? 0 };
  for (let split = 0; split < n; split++) {
    const error = (split === 0 ? 0 : (left[split - 1] as number)) + (right[n - 1 - split] as number);
    if (error < best.error) best = { split, error };
  }
  return best;
}
