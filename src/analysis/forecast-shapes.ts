import type { ScaledCurve } from './scales.js';

/** One shape's word on the value at a point, with its share of the evidence. */
export interface ForecastShape {
  readonly weight: number;
  readonly value: number;
  /** Of the fitted value, scatter between scales included. */
  readonly variance: number;
}

interface Fitted {
  readonly chi: number;
  readonly nParameters: number;
  readonly value: number;
  readonly variance: number;
}

/** Steepness of the power laws tried: the exponent of N in E + A / N^alpha. */
const EXPONENTS = [0.05, 0.1, 0.2, 0.3, 0.45, 0.7, 1];

/**
 * Growth beyond the data fades: `d` decades on, a line has gone as far as it would in DAMPING (1 - e^(-d / DAMPING))
 * (the damped trend of Gardner and McKenzie 1985, which undamped ones seldom beat out of sample).
 */
const DAMPING = 0.3;

/**
 * Every shape's value at `x`, weighted by AICc: level, straight in log scale from some scale on, level after a rise,
 * and for unbounded metrics power laws toward a limit. Each is linear in its height, so that fits are exact.
 */
export function averageShapes(curve: ScaledCurve, x: number): ForecastShape[] {
  const { scales } = curve;
  const at = scales.map((scale) => scale.x);
  const last = at.length - 1;
  const beyond = Math.max(0, x - (at[last] ?? x));
  const damped = Math.min(x, at[last] ?? x) + DAMPING * (1 - Math.exp(-beyond / DAMPING));
  const fits = [fitShape(curve, { of: () => 0, x, nParameters: 1 })];
  for (let from = 0; from < last; from++) {
    const start = at[from] as number;
    fits.push(
      fitShape(curve, { of: (z) => Math.max(0, z - start), x: damped, nParameters: from === 0 ? 2 : 3 }),
    );
    for (let to = from + 1; to < last; to++) {
      const end = at[to] as number;
      const of = (z: number): number => Math.min(1, Math.max(0, (z - start) / (end - start)));
      fits.push(fitShape(curve, { of, x, nParameters: 4 }));
    }
  }
  if (!curve.isProportion) {
    for (const alpha of EXPONENTS) {
      fits.push(fitShape(curve, { of: (z) => -(10 ** (-alpha * (z - (at[0] ?? 0)))), x, nParameters: 3 }));
    }
  }
  return weigh(fits, scales.length);
}

interface Candidate {
  readonly of: (x: number) => number;
  readonly x: number;
  readonly nParameters: number;
}

/** Weighted least squares of level + height * shape, and its prediction at `x`. */
function fitShape({ scales }: ScaledCurve, { of, x, nParameters }: Candidate): Fitted {
  let weight = 0;
  let sumShape = 0;
  let sumValue = 0;
  for (const { x: z, value, variance } of scales) {
    weight += 1 / variance;
    sumShape += of(z) / variance;
    sumValue += value / variance;
  }
  const meanShape = sumShape / weight;
  const meanValue = sumValue / weight;
  let spread = 0;
  let covariance = 0;
  let total = 0;
  for (const { x: z, value, variance } of scales) {
    spread += (of(z) - meanShape) ** 2 / variance;
    covariance += ((of(z) - meanShape) * (value - meanValue)) / variance;
    total += (value - meanValue) ** 2 / variance;
  }
  const height = spread > 0 ? covariance / spread : 0;
  const reach = of(x) - meanShape;
  return {
    chi: Math.max(0, total - height * covariance),
    nParameters,
    value: meanValue + height * reach,
    variance: 1 / weight + (spread > 0 ? reach ** 2 / spread : 0),
  };
}

/** AICc over scales, with the variance of the items raised to the scatter that the best shape leaves. */
function weigh(fits: readonly Fitted[], nScales: number): ForecastShape[] {
  const scatter = Math.max(
    1,
    Math.min(...fits.map(({ chi, nParameters }) => chi / Math.max(1, nScales - nParameters))),
  );
  const criteria = fits.map(({ chi, nParameters: k }) => {
    const correction = nScales - k - 1 > 0 ? (2 * k * (k + 1)) / (nScales - k - 1) : 2 * k * (k + 1);
    return chi / scatter + 2 * k + correction;
  });
  const best = Math.min(...criteria);
  const weights = criteria.map((criterion) => Math.exp((best - criterion) / 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return fits.map(({ value, variance }, i) => ({
    weight: (weights[i] as number) / total,
    value,
    variance: variance * scatter,
  }));
}
