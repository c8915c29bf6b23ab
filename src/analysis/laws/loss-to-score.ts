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

/** A model without loss is right everywhere: Bhagia et al. add this point, which fixes the upper end. */
const IDEAL: LossAndScore = { loss: 0, score: 1 };

/**
 * Least squares of a falling sigmoid, with a in [-1, 0], b in [0, 1] and k, x0 above 0, from many starts.
 * `withIdeal` adds the point (0, 1).
 */
export function fitLossToScore(points: readonly LossAndScore[], withIdeal = true): LossToScore {
  const fitted = withIdeal ? [...points, IDEAL] : points;
  const losses = points.map(({ loss }) => loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  let best: Minimum | null = null;
  for (const middle of [0.5 * low, low, (low + high) / 2, high]) {
    for (const slope of [1, 3, 10]) {
      for (const floor of [0.05, 0.25, 0.5]) {
        const start = [logit(1 - floor), Math.log(slope), Math.log(middle), logit(0.97)];
        const found = minimize((x) => errorAt(x, fitted), start, { maxIterations: 500, tolerance: 1e-14 });
        if (best === null || found.value < best.value) best = found;
      }
    }
  }
  return parametersOf(best?.x ?? Float64Array.of(0, 0, 0, 0));
}

/** The score that the sigmoid expects at a loss. */
export function predictScore({ a, k, x0, b }: LossToScore, loss: number): number {
  return a / (1 + Math.exp(-k * (loss - x0))) + b;
}

const logit = (p: number): number => Math.log(p / (1 - p));
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

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
