import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import type { Axis } from '../analysis/points.js';
import { formatPercent, formatSignificant, formatValue } from './number-format.js';

/** The class and threshold in a few words: `emergent (33k-68k)`, `smooth (from the smallest)`, `undecided (few items)`. */
export function verdictInWords(
  curve: CurveAnalysis,
  nameOf: (scale: string) => string = (scale) => scale,
): string {
  if (curve.class === 'undecided') return `undecided (${shortReason(curve.evidence.reason)})`;
  const { threshold } = curve;
  if (curve.class !== 'emergent' || threshold === null) return curve.class;
  return threshold.above === null
    ? `${curve.class} (by ${nameOf(threshold.atMost)})`
    : `${curve.class} (${nameOf(threshold.above)}-${nameOf(threshold.atMost)})`;
}

const SHORT_REASONS = [
  [/^too few items/, 'few items'],
  [/^not stable/, 'unstable'],
  [/scales have no shape/, 'few scales'],
  [/^its scales differ/, 'uneven'],
] as const;

function shortReason(reason: string): string {
  return SHORT_REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? reason;
}

/** The bracket in interval notation: `(27b, 128b]`. */
export function thresholdInWords(
  curve: CurveAnalysis,
  nameOf: (scale: string) => string = (scale) => scale,
): string {
  if (curve.threshold === null) return '';
  const { above, atMost } = curve.threshold;
  return above === null ? `at most ${nameOf(atMost)}` : `(${nameOf(above)}, ${nameOf(atMost)}]`;
}

const AXIS_TITLES: Readonly<Record<Axis, string>> = {
  parameters: 'parameters',
  'non-embedding': 'parameters without embeddings',
  tokens: 'training tokens',
  flops: 'training FLOPs (6ND)',
  'bits-per-byte': 'held-out bits per byte',
  examples: 'distinct training examples',
};

/** The title of an axis. */
export function axisTitle(axis: Axis): string {
  return AXIS_TITLES[axis];
}

/** The evidence for a class as sentences that a person can check against the chart. */
export function evidenceInWords(
  curve: CurveAnalysis,
  nameOf: (scale: string) => string = (scale) => scale,
): string[] {
  const { evidence } = curve;
  const first = evidence.scales[0];
  const last = evidence.scales.at(-1);
  if (first === undefined || last === undefined) return [evidence.reason];
  const span = `${curve.metric} goes from ${formatValue(first.value)} at ${nameOf(first.scale)} to ${formatValue(last.value)} at ${nameOf(last.scale)}, over ${evidence.nScales} scales and ${evidence.decades.toFixed(1)} decades of ${axisTitle(curve.axis)}.`;
  return [
    span,
    classSentence(curve, nameOf),
    ...testSentences(curve),
    ...forecastSentences(curve),
    ...evidence.remarks,
  ];
}

function classSentence(curve: CurveAnalysis, nameOf: (scale: string) => string): string {
  if (curve.class === 'undecided') return `No class is given: ${curve.evidence.reason}.`;
  const where = curve.threshold === null ? '' : ` It leaves its floor in ${thresholdInWords(curve, nameOf)}.`;
  return `${CLASS_MEANINGS[curve.class]} (${curve.evidence.reason}).${where}`;
}

const CLASS_MEANINGS: Readonly<Record<CurveAnalysis['class'], string>> = {
  flat: 'Flat: it does not change by more than its noise',
  smooth: 'Smooth: it grows steadily with scale',
  emergent: 'Emergent: it stays at its floor and then rises within about a decade',
  inverse: 'Inverse: it gets worse with scale',
  'u-shaped': 'U-shaped: it first gets worse and then better',
  'inverted-u': 'Inverted U: it first gets better and then worse',
  undecided: 'Undecided',
};

function testSentences({ evidence }: CurveAnalysis): string[] {
  const sentences: string[] = [];
  if (evidence.pFlat !== null) {
    sentences.push(
      `A level curve would look as uneven with probability ${formatP(evidence.pFlat)}${evidence.qFlat === null ? '' : ` (${formatP(evidence.qFlat)} after correction over all curves)`}.`,
    );
  }
  if (evidence.minimumDetectableEffect !== null) {
    sentences.push(
      `A gain of ${formatSignificant(evidence.minimumDetectableEffect)} at the last scale would have been seen in 4 of 5 such sweeps.`,
    );
  }
  if (evidence.scatter !== null && evidence.scatter > 2) {
    sentences.push(
      `Its scales scatter ${formatSignificant(evidence.scatter)} times more than items explain: seeds or training differ.`,
    );
  }
  return sentences;
}

function forecastSentences({ forecast, backtest, forecastUsable, forecastNote }: CurveAnalysis): string[] {
  if (backtest === null) return forecastNote === null ? [] : [`It is ${forecastNote}.`];
  const { mae, maeLastValue, coverage } = backtest;
  const skill = backtest.skill ?? 0;
  const errors = `mean error ${formatSignificant(mae)} against ${formatSignificant(maeLastValue)}; ${formatPercent(coverage)} of hidden values inside the 90% interval`;
  if (!forecastUsable)
    return forecast.length === 0
      ? []
      : [`Its forecast is no better than repeating the last value (${errors}), and drawn faint.`];
  const next = forecast[0];
  const said =
    next === undefined
      ? ''
      : ` Next scale: ${formatValue(next.value)} (${formatValue(next.lo)} to ${formatValue(next.hi)}).`;
  return [
    `Hiding the top scales, its forecast beats repeating the last value by ${formatPercent(skill)} (${errors}).${said}`,
  ];
}

function formatP(p: number): string {
  return p < 0.001 ? 'below .001' : formatSignificant(p);
}
