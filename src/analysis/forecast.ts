import type { Backtest, ForecastPoint } from './curve-analysis.js';
import type { CurveClass } from './decide.js';
import { MIN_SCALES_SEEN, predictorOf } from './predict.js';
import type { ScaledCurve } from './scales.js';

/** Nothing is said of scales further than this beyond the last. */
export const MAX_DECADES = 1;

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
  const predict = predictorOf(curve);
  return nextPlaces(curve).map((x) => {
    const at = curve.input.axis === 'bits-per-byte' ? 10 ** -x : 10 ** x;
    return turned(curve, { ...predict(x), x: at });
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
