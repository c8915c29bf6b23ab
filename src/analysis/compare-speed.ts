import { mannWhitneyP } from '../stats/mann-whitney.js';
import { mean, median, sampleVariance } from '../stats/moments.js';
import { holm } from '../stats/multiple-tests.js';
import { Z95 } from '../stats/intervals.js';

/** How fast both runs were in one trial: tokens a second of every batch. */
export interface TrialRates {
  readonly family: string;
  readonly model: string;
  readonly precision: readonly [string, string];
  readonly device: readonly [string, string];
  readonly rates: readonly [a: readonly number[], b: readonly number[]];
}

/** The speed of one model in two runs. */
export interface SpeedComparison {
  readonly family: string;
  readonly model: string;
  readonly precision: readonly [string, string];
  readonly device: readonly [string, string];
  readonly nTrials: number;
  readonly nBatches: readonly [number, number];
  /** Rate of the second over the first: the median over trials of the ratio of their medians. */
  readonly ratio: number;
  /** Change that the scatter between trials alone makes, as a share; never below 5%. */
  readonly noiseFloor: number;
  /** Mann-Whitney U on the rates of batches, corrected over all models (Holm). */
  readonly p: number;
  readonly verdict: 'faster' | 'slower' | 'no difference';
}

/** A machine that does other things beside a sweep changes its speed by so much from one minute to the next. */
const LEAST_FLOOR = 0.05;
const ALPHA = 0.05;

/** One comparison a model (and its precisions and devices), of all trials that both runs have. */
export function compareSpeed(trials: readonly TrialRates[]): SpeedComparison[] {
  const models = new Map<string, TrialRates[]>();
  for (const trial of trials) {
    if (trial.rates.some((rates) => rates.length === 0)) continue;
    const key = JSON.stringify([trial.family, trial.model, trial.precision, trial.device]);
    models.set(key, [...(models.get(key) ?? []), trial]);
  }
  const found = [...models.values()].map(compareModel);
  const corrected = holm(found.map(({ p }) => p));
  return found.map((one, i) => withVerdict({ ...one, p: corrected[i] ?? 1 }));
}

type Unjudged = Omit<SpeedComparison, 'verdict'>;

function compareModel(trials: readonly TrialRates[]): Unjudged {
  const { family, model, precision, device } = trials[0] as TrialRates;
  const changes = trials.map(({ rates: [a, b] }) => Math.log(median(b) / median(a)));
  const scatter = changes.length > 1 ? Math.sqrt(sampleVariance(changes) / changes.length) : 0;
  // Tasks differ in speed by far more than runs do: every trial is measured in its own median.
  const own = (side: 0 | 1): number[] =>
    trials.flatMap(({ rates }) => {
      const centre = mean(rates.map((values) => Math.log(median(values))));
      return rates[side].map((rate) => Math.log(rate) - centre);
    });
  const [a, b] = [own(0), own(1)];
  return {
    family,
    model,
    precision,
    device,
    nTrials: trials.length,
    nBatches: [a.length, b.length],
    ratio: Math.exp(median(changes)),
    noiseFloor: Math.max(LEAST_FLOOR, Math.expm1(Z95 * scatter)),
    p: mannWhitneyP(a, b),
  };
}

function withVerdict(one: Unjudged): SpeedComparison {
  const change = Math.abs(Math.log(one.ratio));
  const counts = one.p < ALPHA && change > Math.log1p(one.noiseFloor);
  return { ...one, verdict: !counts ? 'no difference' : one.ratio > 1 ? 'faster' : 'slower' };
}
