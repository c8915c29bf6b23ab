import { mean } from '../stats/moments.js';
import type { ForecastPoint } from './curve-analysis.js';
import { averageShapes, type ForecastShape } from './forecast-shapes.js';
import { marginOf, type Scale, type ScaledCurve } from './scales.js';
import { trendAt, type Outlook } from './trend.js';

/** Half-width of a two-sided 90% interval, in standard errors. */
const Z90 = 1.6448536;
/** Nothing can be forecast from fewer scales. */
export const MIN_SCALES_SEEN = 4;
/** Weight of the trend over clear points, before it is compared with the shapes on the scales seen. */
const TREND_WEIGHT = 0.8;
/** Mean variance of the points, in squared units, from which on a local slope is worth less than a shape over all. */
const CLEAR_VARIANCE = 1e-4;
/** How strongly the weight follows the ratio of squared errors on the scales seen, which are few. */
const TRUST_IN_PAST = 0.7;
/** A squared error that counts as none, in units of the trend: small differences of good forecasts decide nothing. */
const NEGLIGIBLE = 1e-4;

/** Forecasts of one curve, at log10 of the axis. `like` is a scale of the noise that the measurement there will have. */
export type Predictor = (x: number, like?: Scale) => Omit<ForecastPoint, 'x'>;

/**
 * A predictor that averages two kinds of forecast: shapes weighted by AICc, and a local linear trend. Averages are seldom
 * worse than the better of the two (Bates and Granger 1969). The trend weighs more the clearer the points are and the
 * better it would have foretold every scale from those before it. Intervals of 90% hold the spread of both and between
 * them, and the noise of a new measurement.
 */
export function predictorOf(curve: ScaledCurve): Predictor {
  const unit = unitOf(curve);
  const weight = trendWeight(curve, unit);
  return (x, like = curve.scales.at(-1)) => {
    const trend = trendAt(curve.scales, x, unit);
    const shapes = shapesAt(curve, x);
    const mixed = weight * trend.value + (1 - weight) * shapes.value;
    const value = bounded(curve, mixed);
    const variance =
      weight * trend.variance +
      (1 - weight) * shapes.variance +
      weight * (1 - weight) * (trend.value - shapes.value) ** 2 +
      itemVariance(curve, value, like);
    const reach = Z90 * Math.sqrt(variance);
    return { value, lo: bounded(curve, value - reach), hi: bounded(curve, value + reach) };
  };
}

/** 1 for proportions, the range of the values for other metrics. */
function unitOf({ isProportion, scales }: ScaledCurve): number {
  if (isProportion) return 1;
  const values = scales.map(({ value }) => value);
  return Math.max(...values) - Math.min(...values) || 1;
}

function trendWeight(curve: ScaledCurve, unit: number): number {
  let byTrend = NEGLIGIBLE * unit * unit;
  let byShapes = byTrend;
  for (let seen = MIN_SCALES_SEEN; seen < curve.scales.length; seen++) {
    const before = { ...curve, scales: curve.scales.slice(0, seen) };
    const { x, value } = curve.scales[seen] as Scale;
    byTrend += (trendAt(before.scales, x, unit).value - value) ** 2;
    byShapes += (shapesAt(before, x).value - value) ** 2;
  }
  const noise = mean(curve.scales.map(({ variance }) => variance)) / (unit * unit);
  const clarity = Math.min(1, CLEAR_VARIANCE / noise);
  const odds = (TREND_WEIGHT / (1 - TREND_WEIGHT)) * clarity * (byShapes / byTrend) ** TRUST_IN_PAST;
  return odds / (1 + odds);
}

/** What no shape foresees (a change of one margin a decade, as a random walk) is part of the variance. */
function shapesAt(curve: ScaledCurve, x: number): Outlook {
  const shapes = averageShapes(curve, x);
  const weighted = (of: (shape: ForecastShape) => number): number =>
    shapes.reduce((total, shape) => total + shape.weight * of(shape), 0);
  const value = bounded(
    curve,
    weighted((shape) => shape.value),
  );
  const between = weighted((shape) => (bounded(curve, shape.value) - value) ** 2);
  const beyond = Math.max(0, x - (curve.scales.at(-1)?.x ?? x));
  const walk = marginOf(curve) ** 2 * beyond;
  return { value, variance: between + weighted((shape) => shape.variance) + walk };
}

/** Noise of the measurement itself, at the expected value rather than at the last one. */
export function itemVariance({ isProportion }: ScaledCurve, value: number, like: Scale | undefined): number {
  if (like === undefined) return 0;
  if (!isProportion || !Number.isFinite(like.n)) return like.variance;
  const p = Math.min(1, Math.max(0, Math.abs(value)));
  const smoothed = (p * like.n + 1) / (like.n + 2);
  return Math.max(
    (smoothed * (1 - smoothed)) / (like.n * like.seeds.length),
    like.seeds.length > 1 ? like.variance : 0,
  );
}

function bounded({ isProportion, input }: ScaledCurve, value: number): number {
  if (!isProportion) return value;
  return input.higherIsBetter ? Math.min(1, Math.max(0, value)) : Math.min(0, Math.max(-1, value));
}
