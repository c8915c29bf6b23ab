import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import type { Findings } from '../analysis/findings.js';
import type { TrialSummary } from '../domain/summary.js';
import type { AxisPlaces } from './axis-places.js';
import type { ChartSpec } from './charts/render-chart.js';
import type { ChartTheme } from './charts/theme.js';

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
  readonly places: AxisPlaces;
  /** Of each task's step that changes most samples, by the anchor of its section; empty where the tasks' data are not at hand. */
  readonly examples: ReadonlyMap<string, FlipExamples>;
  /** Trials of the plan that have not ended. */
  readonly unfinished: number;
}

/** A few samples that two models of neighbouring scales answer differently. */
export interface FlipExamples {
  readonly models: readonly [from: string, to: string];
  readonly gained: readonly SampleText[];
  readonly lost: readonly SampleText[];
}

/** A sample as a person reads it: the end of what was asked, the answer wanted, and those given. */
export interface SampleText {
  readonly asked: string;
  readonly expected: string;
  readonly answers: readonly [before: string, after: string];
}

/** A report of curves alone: nothing was run, or nothing more is known. */
export function bareReport(title: string, curves: readonly CurveAnalysis[]): ReportData {
  return {
    title,
    startedAt: null,
    curves,
    findings: null,
    trials: [],
    provenance: [],
    sections: [],
    places: { axes: [], places: {} },
    examples: new Map(),
    unfinished: 0,
  };
}

/** A chart of a section, drawn in whatever colours it is asked for. */
export interface ReportChart {
  /** Unique within the report; the name of its file as SVG or PNG. */
  readonly name: string;
  readonly spec: (theme: ChartTheme) => ChartSpec;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  readonly caption: string;
}

/** A section with charts and a table of text. */
export interface ReportSection {
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that hold numbers, from 0. */
  readonly numeric?: readonly number[];
  readonly charts?: readonly ReportChart[];
}
