import { mean } from '../../stats/moments.js';
import type { Backtest, ForecastPoint } from '../curve-analysis.js';
import { summarizeTrials } from '../backtest.js';
import { MAX_DECADES, nextPlaces } from '../forecast.js';
import { itemVariance } from '../predict.js';
import type { CurveInput } from '../points.js';
import { firstMetrics } from '../points.js';
import { marginOf, scaleCurve, type Scale, type ScaledCurve } from '../scales.js';
import { evaluateLaw, fitAdditiveLaw, type AdditiveLaw } from './additive-law.js';
import { fitLossToScore, predictScore, type LossToScore } from './loss-to-score.js';

/** A forecast by way of the loss: a power law of the loss over scale, then a sigmoid from loss to score. */
export interface TwoStepForecast {
  readonly family: string;
  readonly task: string;
  readonly shots: number;
  readonly metric: string;
  /** The loss that stands between, and the task it is of. */
  readonly lossTask: string;
  readonly lossMetric: string;
  /** loss = E + coefficient / x^exponent on the curve's axis. */
  readonly step1: { readonly E: number; readonly coefficient: number; readonly exponent: number };
  readonly step2: LossToScore;
  readonly forecast: readonly ForecastPoint[];
  readonly backtest: Backtest | null;
  /** The back-test beats repeating the last value. */
  readonly usable: boolean;
}

/** Losses in order of preference; a log-probability is a loss with its sign changed. */
const LOSSES = [/^bits_per_byte/, /bpb|nll|cross.?entropy|^loss/i, /^logprob_per_byte/];
const MIN_SCALES = 5;
const Z90 = 1.6448536;

/** A scale with its loss and its score. */
interface Step {
  readonly x: number;
  readonly loss: number;
  readonly scale: Scale;
}

/** Two-step forecasts of all scores that have a loss of the same task, or of the same family, at the same scales. */
export function twoStepForecasts(inputs: readonly CurveInput[]): TwoStepForecast[] {
  return firstMetrics(inputs.filter(isScore)).flatMap((input) => {
    const loss = lossFor(input, inputs);
    const forecast = loss === null ? null : twoStepOf(input, loss);
    return forecast === null ? [] : [forecast];
  });
}

const isScore = ({ higherIsBetter, axis, metric }: CurveInput): boolean =>
  higherIsBetter && axis !== 'bits-per-byte' && !LOSSES.some((name) => name.test(metric));

function lossFor(input: CurveInput, inputs: readonly CurveInput[]): CurveInput | null {
  const near = inputs.filter(({ family, axis }) => family === input.family && axis === input.axis);
  const same = near.filter(({ task, shots }) => task === input.task && shots === input.shots);
  for (const among of [same, near]) {
    for (const name of LOSSES) {
      const found = among.find(({ metric }) => name.test(metric));
      if (found !== undefined) return found;
    }
  }
  return null;
}

function twoStepOf(input: CurveInput, lossInput: CurveInput): TwoStepForecast | null {
  const curve = scaleCurve(input);
  const steps = stepsOf(curve, scaleCurve(lossInput));
  if (!curve.isProportion || steps.length < MIN_SCALES) return null;
  const chain = fitChain(steps);
  const forecast = nextPlaces(curve).map((x) => predictAt(curve, { steps, chain, x }));
  const backtest = backtestOf(curve, steps);
  const [term] = chain.law.terms;
  return {
    family: input.family,
    task: input.task,
    shots: input.shots,
    metric: input.metric,
    lossTask: lossInput.task,
    lossMetric: lossInput.metric,
    step1: { E: chain.law.E, coefficient: term?.coefficient ?? 0, exponent: term?.exponent ?? 0 },
    step2: chain.sigmoid,
    forecast: forecast.map(({ x, ...point }) => ({ x: 10 ** x, ...point })),
    backtest,
    usable: (backtest?.skill ?? 0) > 0,
  };
}

/** The scales that have both. Losses are above 0. */
function stepsOf(curve: ScaledCurve, losses: ScaledCurve): Step[] {
  return curve.scales.flatMap((scale) => {
    const found = losses.scales.find(({ x }) => Math.abs(x - scale.x) < 1e-9);
    const loss = found === undefined ? Number.NaN : Math.abs(found.value);
    return loss > 0 ? [{ x: scale.x, loss, scale }] : [];
  });
}

interface Chain {
  readonly law: AdditiveLaw;
  readonly sigmoid: LossToScore;
}

function fitChain(steps: readonly Step[], near?: Chain): Chain {
  return {
    law: fitAdditiveLaw(
      steps.map(({ x, loss }) => ({ logs: [x * Math.LN10], loss })),
      near?.law,
    ),
    sigmoid: fitLossToScore(
      steps.map(({ loss, scale }) => ({ loss, score: scale.value })),
      near === undefined ? {} : { near: near.sigmoid },
    ),
  };
}

const scoreOf = ({ law, sigmoid }: Chain, x: number): number =>
  Math.min(1, Math.max(0, predictScore(sigmoid, evaluateLaw(law, [x * Math.LN10]))));

interface Target {
  readonly steps: readonly Step[];
  readonly chain: Chain;
  /** log10 of the axis. */
  readonly x: number;
  readonly like?: Scale;
}

/**
 * The chained value with a 90% interval: the jackknife over scales (how much each of them carries the forecast), the
 * scatter about the sigmoid, the noise of a new measurement, and a random walk of one margin a decade.
 */
function predictAt(curve: ScaledCurve, { steps, chain, x, like }: Target): ForecastPoint {
  const value = scoreOf(chain, x);
  const n = steps.length;
  const others = steps.map((_, i) =>
    scoreOf(
      fitChain(
        steps.filter((__, j) => j !== i),
        chain,
      ),
      x,
    ),
  );
  const centre = mean(others);
  const jackknife = ((n - 1) / n) * others.reduce((sum, other) => sum + (other - centre) ** 2, 0);
  const scatter =
    steps.reduce((sum, step) => sum + (step.scale.value - predictScore(chain.sigmoid, step.loss)) ** 2, 0) /
    Math.max(1, n - 4);
  const beyond = Math.max(0, x - (steps.at(-1)?.x ?? x));
  const walk = marginOf(curve) ** 2 * Math.min(beyond, MAX_DECADES);
  const noise = itemVariance(curve, value, like ?? curve.scales.at(-1));
  const reach = Z90 * Math.sqrt(jackknife + scatter + walk + noise);
  return { x, value, lo: Math.max(0, value - reach), hi: Math.min(1, value + reach) };
}

/** Hides the top scale, then the top two. */
function backtestOf(curve: ScaledCurve, steps: readonly Step[]): Backtest | null {
  const trials = [1, 2].flatMap((hidden) => {
    const seen = steps.slice(0, -hidden);
    if (seen.length < MIN_SCALES) return [];
    const chain = fitChain(seen);
    const last = seen.at(-1)?.scale.value ?? 0;
    return steps.slice(-hidden).map(({ x, scale }) => {
      const { value, lo, hi } = predictAt(curve, { steps: seen, chain, x, like: scale });
      return {
        error: Math.abs(scale.value - value),
        lastValueError: Math.abs(scale.value - last),
        isCovered: scale.value >= lo && scale.value <= hi,
      };
    });
  });
  return summarizeTrials(trials);
}
