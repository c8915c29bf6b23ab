import type { CurveAnalysis } from '../analysis/curve-analysis.js';

/** The class and threshold in a few words: `emergent (33k-68k)`, `smooth (from the smallest)`, `undecided: too few items`. */
export function verdictInWords(curve: CurveAnalysis): string {
  if (curve.class === 'undecided') return `undecided: ${shortReason(curve.evidence.reason)}`;
  const { threshold } = curve;
  if (curve.class !== 'emergent' || threshold === null) return curve.class;
  return threshold.above === null
    ? `${curve.class} (by ${threshold.atMost})`
    : `${curve.class} (${threshold.above}-${threshold.atMost})`;
}

function shortReason(reason: string): string {
  return reason.split(/[:,]/)[0] ?? reason;
}

/** The bracket in interval notation: `(27b, 128b]`. */
export function thresholdInWords(curve: CurveAnalysis): string {
  if (curve.threshold === null) return '';
  const { above, atMost } = curve.threshold;
  return above === null ? `at most ${atMost}` : `(${above}, ${atMost}]`;
}
