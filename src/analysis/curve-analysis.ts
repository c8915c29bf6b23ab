import type { CurveClass } from './decide.js';
import type { Axis } from './points.js';

/** A value expected at an axis value beyond the data, with a 90% interval. */
export interface ForecastPoint {
  readonly x: number;
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
}

/** How forecasts of the hidden top scales would have done. */
export interface Backtest {
  /** Mean absolute error of the forecast, and of repeating the last value seen. */
  readonly mae: number;
  readonly maeLastValue: number;
  /** 1 - mae / maeLastValue: at or below 0 the forecast is no better than repeating the last value. */
  readonly skill: number | null;
  /** Share of hidden values inside their 90% interval. */
  readonly coverage: number;
}

/** The bracket of a threshold, by names of scales; `above` is null where already the smallest scale is past it. */
export interface Threshold {
  readonly above: string | null;
  readonly atMost: string;
}

/** What the data say at one scale. */
export interface ScaleEvidence {
  readonly scale: string;
  readonly x: number;
  /** Mean over seeds. */
  readonly value: number;
  readonly ci95: readonly [number, number];
  readonly n: number | null;
  /** One value a seed. */
  readonly seeds: readonly number[];
}

/** Whether a sudden rise is the model's or the metric's. */
export type MetricVerdict = 'robust' | 'metric-made' | 'resolution-limited' | 'product of sub-tasks';

/** Why a class was given. */
export interface Evidence {
  readonly reason: string;
  readonly nScales: number;
  readonly decades: number;
  /** Least gain of the last scale over the rest that would have been seen with 80% power at one-sided 5%. */
  readonly minimumDetectableEffect: number | null;
  /** Chance that a level curve looks as uneven as this one, by simulation. */
  readonly pFlat: number | null;
  /** The same after Benjamini and Hochberg over all curves analysed together. */
  readonly qFlat: number | null;
  /** Share of the evidence for a rise that lies with a sudden one. */
  readonly sharpness: number | null;
  /** Scatter beyond what items explain, as a multiple of their variance. */
  readonly scatter: number | null;
  /** I of BIG-bench: signed range. */
  readonly improvement: number;
  /** Share of the resamples that fell into each class. */
  readonly shares: Readonly<Partial<Record<CurveClass, number>>>;
  readonly chance: number | null;
  /** Of an emergent curve, by other metrics of the same answers; null where there are none. */
  readonly metricVerdict: MetricVerdict | null;
  readonly scales: readonly ScaleEvidence[];
  /** Things a reader should know before believing the class. */
  readonly remarks: readonly string[];
}

/** What one curve means. */
export interface CurveAnalysis {
  readonly family: string;
  readonly task: string;
  readonly shots: number;
  readonly metric: string;
  readonly axis: Axis;
  readonly higherIsBetter: boolean;
  readonly class: CurveClass;
  /** Share of item resamples that give the same class, 0 to 1. */
  readonly confidence: number;
  readonly threshold: Threshold | null;
  readonly linearity: number | null;
  readonly breakthroughness: number | null;
  readonly forecast: readonly ForecastPoint[];
  /** True where the back-test beats repeating the last value; other forecasts are shown greyed. */
  readonly forecastUsable: boolean;
  /** Why there is no forecast, or why it is not usable; null where it is. */
  readonly forecastNote: string | null;
  readonly backtest: Backtest | null;
  readonly evidence: Evidence;
}
