import type { Backtest, ForecastPoint } from './curve-analysis.js';
import type { CurveClass } from './decide.js';
import { averageShapes, type ForecastShape } from './forecast-shapes.js';
import { marginOf, type Scale, type ScaledCurve } from './scales.js';

/** Half-width of a two-sided 90% interval, in standard errors. */
const Z90 = 1.6448536;
/** Nothing is said of scales further than this beyond the last. */
export const MAX_DECADES = 1;
const MIN_SCALES_SEEN = 4;

/** Whether a forecast is worth more than repeating the last value, and why not. */
export interface ForecastStanding {
  readonly forecastUsable: boolean;
  readonly forecastNote: string | null;
}

/** What the back-test says of the forecasts of a curve. */
export function standingOf(
  forecast: readonly ForecastPoint[],
  backtest: Backtest | null,
  shape: CurveClass,
): ForecastStanding {
  const refuse = (forecastNote: string): ForecastStanding => ({ forecastUsable: false, forecastNote });
  if (shape === 'undecided') return refuse('not forecast: its class is undecided');
  if (forecast.length === 0) return refuse(`not forecast: at least ${MIN_SCALES_SEEN} scales are needed`);
  if (backtest === null) return refuse('not tested: hiding a scale leaves too few to forecast from');
  if ((backtest.skill ?? 0) > 0) return { forecastUsable: true, forecastNote: null };
  return refuse('no better than repeating the last value: hidden scales were not foreseen');
}

/** Forecasts of the next two scales at the spacing of the last ones, within a decade; none for a curve without a class. */
export function forecastOf(curve: ScaledCurve, shape: CurveClass): ForecastPoint[] {
  if (shape === 'undecided' || curve.scales.length < MIN_SCALES_SEEN) return [];
  return nextPlaces(curve).map((x) => {
    const at = curve.input.axis === 'bits-per-byte' ? 10 ** -x : 10 ** x;
    return turned(curve, { ...predict(curve, x), x: at });
  });
}

/** log10 of the next two scales' places, at the spacing of the last ones; nothing beyond a decade. */
export function nextPlaces({ scales }: ScaledCurve): number[] {
  const last = scales.at(-1)?.x ?? 0;
  const gap = (last - (scales.at(-3)?.x ?? last)) / 2;
  const steps = new Set([Math.min(gap, MAX_DECADES), Math.min(2 * gap, MAX_DECADES)]);
  return [...steps].filter((step) => step > 0).map((step) => last + step);
}

/** Values are turned back where lower is better, and the ends of the interval with them. */
function turned({ input }: ScaledCurve, point: ForecastPoint): ForecastPoint {
  if (input.higherIsBetter) return point;
  return { x: point.x, value: -point.value, lo: -point.hi, hi: -point.lo };
}

/** Hides the top scale, then the top two, and forecasts them from the rest. Null where too few scales would be left. */
export function backtestOf(curve: ScaledCurve): Backtest | null {
  const trials = [1, 2]
    .filter((hidden) => curve.scales.length - hidden >= MIN_SCALES_SEEN)
    .flatMap((hidden) => backtestTrials(curve, hidden));
  if (trials.length === 0) return null;
  const average = (value: (trial: BacktestTrial) => number): number =>
    trials.reduce((total, trial) => total + value(trial), 0) / trials.length;
  const mae = average(({ error }) => error);
  const maeLastValue = average(({ lastValueError }) => lastValueError);
  return {
    mae,
    maeLastValue,
    skill: maeLastValue > 0 ? 1 - mae / maeLastValue : null,
    coverage: average(({ isCovered }) => (isCovered ? 1 : 0)),
  };
}

/** One hidden value against its forecast. */
export interface BacktestTrial {
  readonly hidden: number;
  readonly error: number;
  readonly lastValueError: number;
  readonly isCovered: boolean;
}

/** The forecasts of the `hidden` top scales, made without them. */
export function backtestTrials(curve: ScaledCurve, hidden: number): BacktestTrial[] {
  const seen = { ...curve, scales: curve.scales.slice(0, -hidden) };
  const last = seen.scales.at(-1)?.value ?? 0;
  return curve.scales.slice(-hidden).map((scale) => {
    const { value, lo, hi } = predict(seen, scale.x, scale);
    return {
      hidden,
      error: Math.abs(scale.value - value),
      lastValueError: Math.abs(scale.value - last),
      isCovered: scale.value >= lo && scale.value <= hi,
    };
  });
}

/**
 * The value expected at `x` with a 90% interval for a measurement there as noisy as at `like` (the last scale).
 * What no shape foresees (a change of one margin a decade, as a random walk) is part of the interval.
 */
export function predict(
  curve: ScaledCurve,
  x: number,
  like: Scale | undefined = curve.scales.at(-1),
): Omit<ForecastPoint, 'x'> {
  const shapes = averageShapes(curve, x);
  const weighted = (of: (shape: ForecastShape) => number): number =>
    shapes.reduce((total, shape) => total + shape.weight * of(shape), 0);
  const value = bounded(
    curve,
    weighted(({ value }) => value),
  );
  const between = weighted((shape) => (bounded(curve, shape.value) - value) ** 2);
  const last = curve.scales.at(-1)?.x ?? x;
  const surprise = marginOf(curve) ** 2 * Math.max(0, x - last);
  const variance =
    between + weighted((shape) => shape.variance) + itemVariance(curve, value, like) + surprise;
  const spread = Z90 * Math.sqrt(variance);
  return { value, lo: bounded(curve, value - spread), hi: bounded(curve, value + spread) };
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
