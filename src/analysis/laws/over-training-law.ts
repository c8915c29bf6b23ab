import { fitLinear } from '../../stats/least-squares.js';
import { geometricGrid, minimizeOnLine } from '../../stats/line-minimum.js';
import type { TrainedModel } from './loss-law.js';

/**
 * L(N, D) = E + a / N^gamma + b / D^gamma: one exponent for both, so that curves of different tokens a parameter are
 * parallel in compute (Gadre et al. 2024, arXiv 2403.08540, equation 4; there N^-gamma = 6^(gamma/2) M^(gamma/2) C^(-gamma/2)).
 */
export interface OverTrainingLaw {
  readonly E: number;
  readonly a: number;
  readonly b: number;
  readonly gamma: number;
}

/** Exponents tried before refining; the loss of language models falls with 0.05 to 0.5. */
const EXPONENTS = geometricGrid(0.01, 2, 60);

/** Least squares: for each exponent the other three follow exactly, and the exponent is searched on a line. */
export function fitOverTrainingLaw(models: readonly TrainedModel[]): OverTrainingLaw {
  const losses = models.map(({ loss }) => loss);
  const fitAt = (gamma: number): ReturnType<typeof fitLinear> =>
    fitLinear(
      [
        models.map(() => 1),
        models.map(({ nParams }) => nParams ** -gamma),
        models.map(({ tokens }) => tokens ** -gamma),
      ],
      losses,
    );
  const gamma = minimizeOnLine((exponent) => fitAt(exponent).error, EXPONENTS);
  const [E = 0, a = 0, b = 0] = fitAt(gamma).coefficients;
  return { E, a, b, gamma };
}

/** The loss that the law expects. */
export function predictOverTrained(
  { E, a, b, gamma }: OverTrainingLaw,
  { nParams, tokens }: Omit<TrainedModel, 'loss'>,
): number {
  return E + a * nParams ** -gamma + b * tokens ** -gamma;
}
