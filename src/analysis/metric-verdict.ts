import { geometricGrid, minimizeOnLine } from '../stats/line-minimum.js';
import type { CurveAnalysis, MetricVerdict } from './curve-analysis.js';

/** Metrics of the same answers that change smoothly where exact ones jump. */
const CONTINUOUS =
  /probability|logprob|loglikelihood|brier|token_accuracy|edit_similarity|bits_per_byte|perplexity|nll|loss|cross.?entropy|bleu|rouge|chrf/i;
/** The share of right steps of an answer, whose power an exact match may be. */
const STEPWISE = /token_accuracy|per_digit|edit_similarity/i;

/** Whether a sudden rise is the model's or the metric's, with the sentence that says why. */
export interface MetricFinding {
  readonly verdict: MetricVerdict;
  readonly sentence: string;
}

/**
 * Judges an emergent curve by the continuous metrics of the same answers (Schaeffer et al. 2023; Du et al. 2024):
 * robust when one of them jumps as well, product of sub-tasks when the exact score is a power of the share of right
 * steps, resolution-limited when they rise before it, metric-made when they are smooth. Null where none is at hand.
 */
export function judgeMetric(curve: CurveAnalysis, others: readonly CurveAnalysis[]): MetricFinding | null {
  if (curve.class !== 'emergent') return null;
  const continuous = others.filter((other) => CONTINUOUS.test(other.metric) && !isSame(other, curve));
  if (continuous.length === 0) return null;
  const alike = continuous.find((other) => other.class === 'emergent' && startsNoEarlier(other, curve));
  if (alike !== undefined) {
    return {
      verdict: 'robust',
      sentence: `The jump is there in ${alike.metric} too: the metric does not make it.`,
    };
  }
  const steps = continuous.find(({ metric }) => STEPWISE.test(metric));
  const power = steps === undefined ? null : powerOf(curve, steps);
  if (steps !== undefined && power !== null) {
    return {
      verdict: 'product of sub-tasks',
      sentence: `${curve.metric} is ${steps.metric} to the power of ${power.toFixed(1)} at every scale: many steps must all be right.`,
    };
  }
  const early = continuous.find((other) => isRising(other) && !startsNoEarlier(other, curve));
  if (early !== undefined) {
    const verdict = isAtZeroBefore(curve) ? 'resolution-limited' : 'metric-made';
    return {
      verdict,
      sentence: `${early.metric} of the same answers rises at smaller scales already (${early.class}): ${MEANING[verdict]}.`,
    };
  }
  return null;
}

const MEANING = {
  'resolution-limited': 'what grows there is too rare for exact scores to see',
  'metric-made': 'much of the suddenness is the metric',
} as const;

const isRising = ({ class: name }: CurveAnalysis): boolean => name === 'smooth' || name === 'emergent';

const indexOf = ({ evidence }: CurveAnalysis, name: string | null): number =>
  evidence.scales.findIndex(({ scale }) => scale === name);

function startsNoEarlier(other: CurveAnalysis, curve: CurveAnalysis): boolean {
  return indexOf(other, other.threshold?.atMost ?? null) >= indexOf(curve, curve.threshold?.atMost ?? null);
}

function isAtZeroBefore(curve: CurveAnalysis): boolean {
  const last = indexOf(curve, curve.threshold?.above ?? null);
  return last >= 0 && curve.evidence.scales.slice(0, last + 1).every(({ value }) => value < 0.005);
}

/** A metric that has the same value everywhere (token accuracy of answers of one token) is no second opinion. */
function isSame(other: CurveAnalysis, curve: CurveAnalysis): boolean {
  return curve.evidence.scales.every(({ value }, i) => {
    const twin = other.evidence.scales[i]?.value;
    return twin !== undefined && Math.abs(twin - value) < 0.005;
  });
}

/** Powers tried: an answer is right when this many steps are. */
const POWERS = geometricGrid(1, 64, 40);
/** Below this a product is no different from a single step. */
const LEAST_POWER = 1.5;
/** Steps are not quite independent of each other: a product may miss by five points, or by the interval. */
const TOLERANCE = 0.05;

/** The k above 1 for which exact = steps^k at every scale, or null (Schaeffer et al. 2023, section 2: p^k for k tokens). */
function powerOf(curve: CurveAnalysis, steps: CurveAnalysis): number | null {
  const pairs = curve.evidence.scales.flatMap(({ scale, value, ci95 }) => {
    const step = steps.evidence.scales.find((other) => other.scale === scale)?.value;
    return step === undefined || step < 0 || step > 1 ? [] : [{ value, ci95, step }];
  });
  const informative = pairs.filter(({ value }) => value > 0.02 && value < 0.98);
  if (informative.length < 2) return null;
  const power = minimizeOnLine(
    (k) => pairs.reduce((total, { value, step }) => total + (step ** k - value) ** 2, 0),
    POWERS,
  );
  const fits = pairs.every(({ value, ci95, step }) => {
    const product = step ** power;
    return Math.abs(product - value) <= TOLERANCE || (product >= ci95[0] && product <= ci95[1]);
  });
  return fits && power >= LEAST_POWER ? power : null;
}
