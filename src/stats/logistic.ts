import { solveLinear } from './linear-system.js';

/** Successes out of n at one setting of the predictors; successes may be fractional (a mean of partial credits times n). */
export interface Trials {
  /** Predictors, the constant left out. */
  readonly x: readonly number[];
  readonly successes: number;
  readonly n: number;
}

/** log(p / (1 - p)) = coefficients[0] + coefficients[1] x[0] + ... */
export interface LogisticFit {
  readonly coefficients: readonly number[];
  /** Standard errors, widened by the root of `dispersion`. */
  readonly stderrs: readonly number[];
  /** Pearson's chi-square over its degrees of freedom, at least 1: scatter that the binomial law does not explain. */
  readonly dispersion: number;
}

/** Standard deviation of the normal prior of each slope: keeps fits finite where all fail on one side and all succeed on the other. */
const PRIOR_SD = 20;

/** Binomial regression by Newton's method (iteratively reweighted least squares; McCullagh and Nelder 1989, section 4.4). */
export function fitLogistic(trials: readonly Trials[]): LogisticFit {
  const k = (trials[0]?.x.length ?? 0) + 1;
  let beta = Array.from({ length: k }, () => 0);
  for (let step = 0; step < 100; step++) {
    const { gradient, information } = scoreAt(trials, beta);
    const change = solveLinear(information, gradient);
    const largest = Math.max(...change.map(Math.abs));
    // A step of more than 3 on the logit scale overshoots where the fit is nearly separated.
    const shrink = largest > 3 ? 3 / largest : 1;
    beta = beta.map((value, i) => value + shrink * (change[i] as number));
    if (largest < 1e-10) break;
  }
  const { information, pearson } = scoreAt(trials, beta);
  const dispersion = Math.max(1, pearson / Math.max(1, trials.length - k));
  const stderrs = beta.map((_, i) => {
    const unit = beta.map((__, j) => (i === j ? 1 : 0));
    return Math.sqrt(dispersion * (solveLinear(information, unit)[i] as number));
  });
  return { coefficients: beta, stderrs, dispersion };
}

function scoreAt(
  trials: readonly Trials[],
  beta: readonly number[],
): { gradient: number[]; information: number[][]; pearson: number } {
  const gradient = beta.map((value, i) => (i === 0 ? 0 : -value / PRIOR_SD ** 2));
  const information = beta.map((_, i) => beta.map((__, j) => (i === j && i > 0 ? 1 / PRIOR_SD ** 2 : 0)));
  let pearson = 0;
  for (const { x, successes, n } of trials) {
    const row = [1, ...x];
    const eta = row.reduce((total, value, i) => total + value * (beta[i] as number), 0);
    const p = 1 / (1 + Math.exp(-eta));
    const spread = Math.max(1e-12, p * (1 - p)) * n;
    pearson += (successes - n * p) ** 2 / Math.max(spread, 1e-6);
    row.forEach((value, i) => {
      gradient[i] = (gradient[i] as number) + (successes - n * p) * value;
      const line = information[i] as number[];
      row.forEach((other, j) => (line[j] = (line[j] as number) + spread * value * other));
    });
  }
  return { gradient, information, pearson };
}
