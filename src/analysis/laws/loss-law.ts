import { minimize, type Minimum } from '../../stats/lbfgs.js';

/** One trained model: parameters, training tokens, and its loss in nats a token. */
export interface TrainedModel {
  readonly nParams: number;
  readonly tokens: number;
  readonly loss: number;
}

/** L(N, D) = E + A / N^alpha + B / D^beta (Hoffmann et al. 2022, equation 2). */
export interface LossLaw {
  readonly E: number;
  readonly A: number;
  readonly B: number;
  readonly alpha: number;
  readonly beta: number;
  /** Sum of the Huber losses of the logarithmic residuals. */
  readonly objective: number;
}

/** Where the Huber loss turns from square to straight, in log loss. */
const DELTA = 1e-3;

/** Starting points: local optima are the rule, and the best of many is kept. Order: log A, log B, log E, alpha, beta. */
const GRID = {
  logA: [0, 10, 20],
  logB: [0, 10, 20],
  logE: [-1, 0, 1],
  alpha: [0, 0.5, 1],
  beta: [0, 0.5, 1],
} as const;

/**
 * Fits the law as Hoffmann et al. state it: a sum (not a mean, whose early stop Besiroglu et al. 2024 found) of Huber
 * losses on log residuals, by L-BFGS from a grid of starts.
 */
export function fitLossLaw(models: readonly TrainedModel[]): LossLaw {
  const objective = (x: Float64Array): ReturnType<typeof lossAt> => lossAt(x, models);
  let best: Minimum | null = null;
  for (const start of starts()) {
    const found = minimize(objective, start, { maxIterations: 400 });
    if (best === null || found.value < best.value) best = found;
  }
  const [a = 0, b = 0, e = 0, alpha = 0, beta = 0] = best?.x ?? [];
  return {
    E: Math.exp(e),
    A: Math.exp(a),
    B: Math.exp(b),
    alpha,
    beta,
    objective: best?.value ?? Number.NaN,
  };
}

/** The loss that a law expects. */
export function predictLoss(
  { E, A, B, alpha, beta }: LossLaw,
  { nParams, tokens }: Omit<TrainedModel, 'loss'>,
): number {
  return E + A / nParams ** alpha + B / tokens ** beta;
}

function* starts(): Generator<number[]> {
  for (const a of GRID.logA)
    for (const b of GRID.logB)
      for (const e of GRID.logE)
        for (const alpha of GRID.alpha) for (const beta of GRID.beta) yield [a, b, e, alpha, beta];
}

function lossAt(x: Float64Array, models: readonly TrainedModel[]): { value: number; gradient: Float64Array } {
  const [a = 0, b = 0, e = 0, alpha = 0, beta = 0] = x;
  const gradient = new Float64Array(5);
  let value = 0;
  for (const { nParams, tokens, loss } of models) {
    const logN = Math.log(nParams);
    const logD = Math.log(tokens);
    const terms = [a - alpha * logN, b - beta * logD, e] as const;
    const most = Math.max(...terms);
    const parts = terms.map((term) => Math.exp(term - most)) as [number, number, number];
    const total = parts[0] + parts[1] + parts[2];
    const residual = most + Math.log(total) - Math.log(loss);
    const size = Math.abs(residual);
    value += size <= DELTA ? (residual * residual) / 2 : DELTA * (size - DELTA / 2);
    const slope = Math.max(-DELTA, Math.min(DELTA, residual));
    const shares = parts.map((part) => part / total) as [number, number, number];
    gradient[0] = (gradient[0] as number) + slope * shares[0];
    gradient[1] = (gradient[1] as number) + slope * shares[1];
    gradient[2] = (gradient[2] as number) + slope * shares[2];
    gradient[3] = (gradient[3] as number) - slope * shares[0] * logN;
    gradient[4] = (gradient[4] as number) - slope * shares[1] * logD;
  }
  return { value, gradient };
}
