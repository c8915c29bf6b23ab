import type { CurveAnalysis, MetricVerdict } from './curve-analysis.js';

/** Metrics of the same answers that change smoothly where exact ones jump. */
const CONTINUOUS =
  /probability|logprob|loglikelihood|brier|token_accuracy|edit_similarity|bits_per_byte|perplexity|nll/i;
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
  const continuous = others.filter(({ metric }) => CONTINUOUS.test(metric));
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

/** The k for which exact = steps^k lies in every interval; null where there is none above 1. */
function powerOf(curve: CurveAnalysis, steps: CurveAnalysis): number | null {
  const pairs = curve.evidence.scales.flatMap(({ scale, value, ci95 }) => {
    const step = steps.evidence.scales.find((other) => other.scale === scale)?.value;
    return step === undefined || step <= 0 || step >= 1 ? [] : [{ value, ci95, step }];
  });
  const powers = pairs
    .filter(({ value }) => value > 0.02 && value < 0.98)
    .map(({ value, step }) => Math.log(value) / Math.log(step));
  if (powers.length < 2) return null;
  const power = powers.reduce((sum, value) => sum + value, 0) / powers.length;
  const fits = pairs.every(
    ({ ci95, step }) => step ** power >= ci95[0] - 0.01 && step ** power <= ci95[1] + 0.01,
  );
  return fits && power > 1 ? power : null;
}
