import { minimize, type Minimum } from '../../stats/lbfgs.js';

/** A loss and the logarithms of what it falls with, one a term. */
export interface LawPoint {
  readonly logs: readonly number[];
  readonly loss: number;
}

/** L = E + sum of coefficient / x^exponent over the terms. */
export interface AdditiveLaw {
  readonly E: number;
  readonly terms: readonly { readonly coefficient: number; readonly exponent: number }[];
  /** Sum of the Huber losses of the logarithmic residuals. */
  readonly objective: number;
}

/** Where the Huber loss turns from square to straight, in log loss (Hoffmann et al. 2022, appendix D.3). */
const DELTA = 1e-3;

/** Starting points: local optima are the rule, and the best of many is kept. */
const LOG_COEFFICIENTS = [0, 10, 20];
const EXPONENTS = [0, 0.5, 1];
const LOG_LIMITS = [-1, 0, 1];
/** Every start is walked this many steps, and the best few to their end. */
const SCREENING = 50;
const POLISHED = 12;

/**
 * Fits the law as Hoffmann et al. state it: a sum (not a mean, whose early stop Besiroglu et al. 2024 found) of Huber
 * losses on log residuals, by L-BFGS from a grid of starts, or from the law given.
 */
export function fitAdditiveLaw(points: readonly LawPoint[], near?: AdditiveLaw): AdditiveLaw {
  const nTerms = points[0]?.logs.length ?? 0;
  const walk = (start: ArrayLike<number>, maxIterations: number): Minimum =>
    minimize((x) => objectiveAt(x, points), start, { maxIterations });
  const first = near === undefined ? starts(nTerms).map((start) => walk(start, SCREENING)) : [];
  const hopeful = first.sort((a, b) => a.value - b.value).slice(0, POLISHED);
  const from = near === undefined ? hopeful.map(({ x }) => x) : [vectorOf(near)];
  const [best] = from.map((x) => walk(x, 2000)).sort((a, b) => a.value - b.value);
  return lawOf(best?.x ?? new Float64Array(2 * nTerms + 1), best?.value ?? Number.NaN);
}

/** The loss that a law expects at the logarithms given. */
export function evaluateLaw({ E, terms }: AdditiveLaw, logs: readonly number[]): number {
  return terms.reduce(
    (total, { coefficient, exponent }, i) => total + coefficient * Math.exp(-exponent * (logs[i] as number)),
    E,
  );
}

/** Parameters stand as log E, then log coefficient and exponent of every term. */
function vectorOf({ E, terms }: AdditiveLaw): number[] {
  return [Math.log(E), ...terms.flatMap(({ coefficient, exponent }) => [Math.log(coefficient), exponent])];
}

function lawOf(x: Float64Array, objective: number): AdditiveLaw {
  const nTerms = (x.length - 1) / 2;
  return {
    E: Math.exp(x[0] as number),
    terms: Array.from({ length: nTerms }, (_, i) => ({
      coefficient: Math.exp(x[1 + 2 * i] as number),
      exponent: x[2 + 2 * i] as number,
    })),
    objective,
  };
}

function starts(nTerms: number): number[][] {
  let all = LOG_LIMITS.map((limit) => [limit]);
  for (let term = 0; term < nTerms; term++) {
    all = all.flatMap((start) =>
      LOG_COEFFICIENTS.flatMap((log) => EXPONENTS.map((exponent) => [...start, log, exponent])),
    );
  }
  return all;
}

function objectiveAt(
  x: Float64Array,
  points: readonly LawPoint[],
): { value: number; gradient: Float64Array } {
  const gradient = new Float64Array(x.length);
  const nTerms = (x.length - 1) / 2;
  const heights = new Float64Array(nTerms + 1);
  let value = 0;
  for (const { logs, loss } of points) {
    const x0 = x[0] as number;
    heights[0] = x0;
    for (let i = 0; i < nTerms; i++) {
      heights[i + 1] = (x[1 + 2 * i] as number) - (x[2 + 2 * i] as number) * (logs[i] as number);
    }
    const most = Math.max(...heights);
    let total = 0;
    for (let i = 0; i <= nTerms; i++) total += Math.exp((heights[i] as number) - most);
    const residual = most + Math.log(total) - Math.log(loss);
    const size = Math.abs(residual);
    value += size <= DELTA ? (residual * residual) / 2 : DELTA * (size - DELTA / 2);
    const slope = Math.max(-DELTA, Math.min(DELTA, residual));
    gradient[0] = (gradient[0] as number) + (slope * Math.exp(x0 - most)) / total;
    for (let i = 0; i < nTerms; i++) {
      const share = (slope * Math.exp((heights[i + 1] as number) - most)) / total;
      gradient[1 + 2 * i] = (gradient[1 + 2 * i] as number) + share;
      gradient[2 + 2 * i] = (gradient[2 + 2 * i] as number) - share * (logs[i] as number);
    }
  }
  return { value, gradient };
}
