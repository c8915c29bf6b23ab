import { evaluateLaw, fitAdditiveLaw, type AdditiveLaw } from './additive-law.js';

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

/** Fits the law by Huber losses on log residuals, from many starts, or from a law that is near. */
export function fitLossLaw(models: readonly TrainedModel[], near?: LossLaw): LossLaw {
  const points = models.map(({ nParams, tokens, loss }) => ({
    logs: [Math.log(nParams), Math.log(tokens)],
    loss,
  }));
  const { E, terms, objective } = fitAdditiveLaw(points, near === undefined ? undefined : additive(near));
  const [n, d] = terms;
  return {
    E,
    A: n?.coefficient ?? 0,
    B: d?.coefficient ?? 0,
    alpha: n?.exponent ?? 0,
    beta: d?.exponent ?? 0,
    objective,
  };
}

/** The loss that a law expects. */
export function predictLoss(law: LossLaw, { nParams, tokens }: Omit<TrainedModel, 'loss'>): number {
  return evaluateLaw(additive(law), [Math.log(nParams), Math.log(tokens)]);
}

function additive({ E, A, B, alpha, beta, objective }: LossLaw): AdditiveLaw {
  const terms = [
    { coefficient: A, exponent: alpha },
    { coefficient: B, exponent: beta },
  ];
  return { E, terms, objective };
}
