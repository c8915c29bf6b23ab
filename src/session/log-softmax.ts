import { TrialError } from '../errors.js';

/** What one scored position says: the log-probability of its target, in nats, and whether the target comes first. */
export interface TargetScore {
  readonly logProbability: number;
  readonly isGreedy: boolean;
}

/** Log-softmax of one row of logits at `target`, summed in float64; ties go to the first index. Throws TrialError for NaN. */
export function scoreTarget(logits: Float32Array, target: number): TargetScore {
  const best = firstArgmax(logits);
  const highest = logits[best] ?? Number.NaN;
  let sum = 0;
  for (let index = 0; index < logits.length; index++) sum += Math.exp((logits[index] ?? 0) - highest);
  const logProbability = (logits[target] ?? Number.NaN) - highest - Math.log(sum);
  if (!Number.isFinite(logProbability)) throw notFinite(logProbability);
  return { logProbability, isGreedy: best === target };
}

/** Index of the largest logit, the first of equals. Throws TrialError where there is NaN. */
export function greedyToken(logits: Float32Array): number {
  const best = firstArgmax(logits);
  let sum = 0;
  for (let index = 0; index < logits.length; index++) sum += logits[index] ?? 0;
  if (Number.isNaN(sum)) throw notFinite(Number.NaN);
  return best;
}

function firstArgmax(logits: Float32Array): number {
  let best = 0;
  for (let index = 1; index < logits.length; index++) {
    if ((logits[index] ?? 0) > (logits[best] ?? 0)) best = index;
  }
  return best;
}

/** The failure of a trial whose model gives no numbers. */
export function notFinite(value: number): TrialError {
  return new TrialError(
    'NOT_A_NUMBER',
    `Expected finite log-probabilities, but the model gave ${Number.isNaN(value) ? 'NaN' : value}; the export or its precision is broken (try fp32), and no score is made of it.`,
  );
}
