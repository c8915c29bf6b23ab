import { fitLinear } from '../../stats/least-squares.js';
import { geometricGrid, minimizeOnLine } from '../../stats/line-minimum.js';

/** Err(L) = epsilon - k e^(-gamma L): average error over tasks from the loss (Gadre et al. 2024, equation 5). */
export interface LossToError {
  readonly epsilon: number;
  readonly k: number;
  readonly gamma: number;
}

const RATES = geometricGrid(0.01, 20, 80);

/** Least squares; for each rate the other two follow exactly. */
export function fitLossToError(points: readonly { loss: number; error: number }[]): LossToError {
  const errors = points.map(({ error }) => error);
  const fitAt = (gamma: number): ReturnType<typeof fitLinear> =>
    fitLinear([points.map(() => 1), points.map(({ loss }) => -Math.exp(-gamma * loss))], errors);
  const gamma = minimizeOnLine((rate) => fitAt(rate).error, RATES);
  const [epsilon = 0, k = 0] = fitAt(gamma).coefficients;
  return { epsilon, k, gamma };
}

/** The error that the law expects at a loss. */
export function predictError({ epsilon, k, gamma }: LossToError, loss: number): number {
  return epsilon - k * Math.exp(-gamma * loss);
}
