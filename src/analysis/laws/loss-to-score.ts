import { minimize, type Minimum } from '../../stats/lbfgs.js';

/** Acc(L) = a / (1 + e^(-k (L - x0))) + b with a from -1 to 0: the score falls from b to a + b as the loss rises (Bhagia et al. 2024). */
export interface LossToScore {
  readonly a: number;
  readonly k: number;
  readonly x0: number;
  readonly b: number;
}

/** A model's loss on a task and its score there. */
export interface LossAndScore {
  readonly loss: number;
  readonly score: number;
}

/** Every start is walked this many steps, and the best few to their end. */
const SCREENING = 30;
const POLISHED = 3;

/** A model without loss is right everywhere: Bhagia et al. add this point, which fixes the upper end. */
const IDEAL: LossAndScore = { loss: 0, score: 1 };

/**
 * Least squares of a falling sigmoid, with a in [-1, 0], b in [0, 1] and k, x0 above 0, from many starts.
 * `withIdeal` adds the point (0, 1); `near` starts from a fit of almost the same points instead.
 */
export function fitLossToScore(
  points: readonly LossAndScore[],
  { withIdeal = true, near }: { readonly withIdeal?: boolean; readonly near?: LossToScore } = {},
): LossToScore {
  const fitted = withIdeal ? [...points, IDEAL] : points;
  const walk = (start: ArrayLike<number>, maxIterations: number): Minimum =>
    minimize((x) => errorAt(x, fitted), start, { maxIterations, tolerance: 1e-12 });
  const first = near === undefined ? startsFor(points).map((start) => walk(start, SCREENING)) : [];
  const hopeful = first.sort((a, b) => a.value - b.value).slice(0, POLISHED);
  const [best] = (near === undefined ? hopeful.map(({ x }) => x) : [vectorOf(near)])
    .map((start) => walk(start, 400))
    .sort((a, b) => a.value - b.value);
  return parametersOf(best?.x ?? Float64Array.of(0, 0, 0, 0));
}

function startsFor(points: readonly LossAndScore[]): number[][] {
  const losses = points.map(({ loss }) => loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const starts: number[][] = [];
  for (const middle of [0.5 * low, low, (low + high) / 2, high]) {
    for (const slope of [1, 3, 10]) {
      for (const floor of [0.05, 0.25, 0.5]) {
        starts.push([logit(1 - floor), Math.log(slope), Math.log(middle), logit(0.97)]);
      }
    }
  }
  return starts;
}

/** The score that the sigmoid expects at a loss. */
export function predictScore({ a, k, x0, b }: LossToScore, loss: number): number {
  return a / (1 + Math.exp(-k * (loss - x0))) + b;
}

const logit = (p: number): number => Math.log(p / (1 - p));
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Away from the ends, where the search could not move. */
const inside = (share: number): number => Math.min(1 - 1e-6, Math.max(1e-6, share));

const vectorOf = ({ a, k, x0, b }: LossToScore): number[] => [
  logit(inside(-a)),
  Math.log(k),
  Math.log(x0),
  logit(inside(b)),
];

/** The search runs without bounds, in logits of -a and b and logarithms of k and x0. */
function parametersOf([a = 0, k = 0, x0 = 0, b = 0]: Float64Array): LossToScore {
  return { a: -logistic(a), k: Math.exp(k), x0: Math.exp(x0), b: logistic(b) };
}

function errorAt(
  x: Float64Array,
  points: readonly LossAndScore[],
): { value: number; gradient: Float64Array } {
  const { a, k, x0, b } = parametersOf(x);
  const gradient = new Float64Array(4);
  let value = 0;
  for (const { loss, score } of points) {
    const share = logistic(k * (loss - x0));
    const residual = a * share + b - score;
    const bend = a * share * (1 - share);
    value += residual * residual;
    const slopes = [a * (1 + a) * share, bend * (loss - x0) * k, -bend * k * x0, b * (1 - b)];
    slopes.forEach((slope, i) => (gradient[i] = (gradient[i] as number) + 2 * residual * slope));
  }
  return { value, gradient };
}
