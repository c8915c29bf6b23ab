import { medianInterval } from '../stats/median-interval.js';

/** When a point has been measured enough. */
export interface StopRule {
  readonly minRepetitions: number;
  /** Timed seconds of a point, at least. */
  readonly minSeconds: number;
  /** Half-width of the 95% interval of the median, as a share of the median. */
  readonly precision: number;
  /** Timed seconds after which it ends in any case. */
  readonly maxSeconds: number;
  readonly maxRepetitions: number;
}

/** What ended a point: the wanted precision, or the cap that came first. */
export type StopReason = 'precise' | 'time cap' | 'repetition cap';

export const PRESETS = {
  /** Ten repetitions and three seconds, to 2%, a minute at most. */
  standard: { minRepetitions: 10, minSeconds: 3, precision: 0.02, maxSeconds: 60, maxRepetitions: 1000 },
  /** A quick look: the interval may stay wide. */
  quick: { minRepetitions: 6, minSeconds: 1, precision: 0.05, maxSeconds: 10, maxRepetitions: 100 },
  /** For figures that are published. */
  headline: { minRepetitions: 20, minSeconds: 10, precision: 0.01, maxSeconds: 120, maxRepetitions: 10_000 },
  /** As long as MLPerf's runs: ten minutes a point. */
  mlperf: { minRepetitions: 64, minSeconds: 600, precision: 0.01, maxSeconds: 1200, maxRepetitions: 100_000 },
  /** Pass or fail: says nothing about speed. */
  smoke: { minRepetitions: 2, minSeconds: 0, precision: 1, maxSeconds: 2, maxRepetitions: 2 },
} as const satisfies Record<string, StopRule>;
export type Preset = keyof typeof PRESETS;

/** Why a point with these times (ms) is done; null where it is not. */
export function stopReason(timesMs: readonly number[], rule: StopRule): StopReason | null {
  const seconds = timesMs.reduce((sum, time) => sum + time, 0) / 1000;
  if (timesMs.length >= rule.minRepetitions && seconds >= rule.minSeconds) {
    if (halfWidth(timesMs) <= rule.precision) return 'precise';
  }
  if (seconds >= rule.maxSeconds) return 'time cap';
  return timesMs.length >= rule.maxRepetitions ? 'repetition cap' : null;
}

/** Half-width of the median's 95% interval over the median; infinite where there is no interval. */
export function halfWidth(values: readonly number[]): number {
  const { median, ci95 } = medianInterval(values);
  return ci95 === null ? Number.POSITIVE_INFINITY : (ci95[1] - ci95[0]) / 2 / median;
}

const WARM_WINDOW = 3;
const WARM_SPREAD = 1.1;
const WARM_MIN_MS = 200;
const WARM_MAX_MS = 10_000;
const WARM_MAX_RUNS = 50;

/** Whether runs with these times (ms) have become steady: the last three within 10% of each other, after 200 ms; or enough is enough. */
export function isWarm(timesMs: readonly number[]): { readonly done: boolean; readonly stable: boolean } {
  const spent = timesMs.reduce((sum, time) => sum + time, 0);
  const last = timesMs.slice(-WARM_WINDOW);
  const stable =
    last.length === WARM_WINDOW &&
    spent >= WARM_MIN_MS &&
    Math.max(...last) <= WARM_SPREAD * Math.min(...last);
  const capped = timesMs.length >= WARM_MAX_RUNS || (spent >= WARM_MAX_MS && timesMs.length >= WARM_WINDOW);
  return { done: stable || capped, stable };
}
