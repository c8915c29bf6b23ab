import { mean } from '../stats/moments.js';
import type { Backtest } from './curve-analysis.js';
import { MIN_SCALES_SEEN, predictorOf } from './predict.js';
import type { ScaledCurve } from './scales.js';

/** One hidden value against its forecast. */
export interface BacktestTrial {
  readonly hidden: number;
  readonly error: number;
  readonly lastValueError: number;
  readonly isCovered: boolean;
}

/** Hides the top scale, then the top two, and forecasts them from the rest. Null where too few scales would be left. */
export function backtestOf(curve: ScaledCurve): Backtest | null {
  const trials = [1, 2]
    .filter((hidden) => curve.scales.length - hidden >= MIN_SCALES_SEEN)
    .flatMap((hidden) => backtestTrials(curve, hidden));
  return summarizeTrials(trials);
}

/** The back-test that a set of trials makes; null of none. */
export function summarizeTrials(trials: readonly Omit<BacktestTrial, 'hidden'>[]): Backtest | null {
  if (trials.length === 0) return null;
  const mae = mean(trials.map(({ error }) => error));
  const maeLastValue = mean(trials.map(({ lastValueError }) => lastValueError));
  return {
    mae,
    maeLastValue,
    skill: maeLastValue > 0 ? 1 - mae / maeLastValue : null,
    coverage: mean(trials.map(({ isCovered }) => (isCovered ? 1 : 0))),
  };
}

/** The forecasts of the `hidden` top scales, made without them. */
export function backtestTrials(curve: ScaledCurve, hidden: number): BacktestTrial[] {
  const seen = { ...curve, scales: curve.scales.slice(0, -hidden) };
  const last = seen.scales.at(-1)?.value ?? 0;
  const predict = predictorOf(seen);
  return curve.scales.slice(-hidden).map((scale) => {
    const { value, lo, hi } = predict(scale.x, scale);
    return {
      hidden,
      error: Math.abs(scale.value - value),
      lastValueError: Math.abs(scale.value - last),
      isCovered: scale.value >= lo && scale.value <= hi,
    };
  });
}
