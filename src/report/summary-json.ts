import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import type { TrialSummary } from '../domain/summary.js';

export const SUMMARY_SCHEMA = 'scalesweep.summary/1';

/** A curve as `summary.json` holds it: the analysis, with the names of its scales at hand. */
export type SummaryCurve = CurveAnalysis & { readonly scales: readonly string[] };

/** The content of `summary.json`. */
export interface Summary<Header> {
  readonly schema: typeof SUMMARY_SCHEMA;
  readonly run: Header;
  readonly trials: readonly TrialSummary[];
  readonly curves: readonly SummaryCurve[];
}

/** Puts a run, its trials and its curves together; `runHeader` is kept as it is given. */
export function summaryOf<Header>(
  runHeader: Header,
  trials: readonly TrialSummary[],
  curves: readonly CurveAnalysis[],
): Summary<Header> {
  return {
    schema: SUMMARY_SCHEMA,
    run: runHeader,
    trials,
    curves: curves.map((curve) => ({ ...curve, scales: curve.evidence.scales.map(({ scale }) => scale) })),
  };
}
