import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import type { Findings } from '../analysis/findings.js';
import type { TrialSummary } from '../domain/summary.js';

/** Everything that a report page tells. */
export interface ReportData {
  readonly title: string;
  /** ISO 8601, or null where nothing was run. */
  readonly startedAt: string | null;
  readonly curves: readonly CurveAnalysis[];
  /** What the curves say together; null where only their analyses are known. */
  readonly findings: Findings | null;
  readonly trials: readonly TrialSummary[];
  /** Name and value, in order: versions, machine, digests. */
  readonly provenance: readonly (readonly [name: string, value: string])[];
  /** Further sections, made elsewhere: a heading and a table or paragraphs. */
  readonly sections: readonly ReportSection[];
}

/** A section with a table of text. */
export interface ReportSection {
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
