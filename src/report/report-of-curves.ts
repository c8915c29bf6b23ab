import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { findingsOf } from '../analysis/findings.js';
import type { CurveInput } from '../analysis/points.js';
import { scaleNameOf } from '../analysis/scales.js';
import type { TrialSummary } from '../domain/summary.js';
import { axisPlacesOf } from './axis-places.js';
import { costsByScale } from './cost-table.js';
import { criticalDataSection } from './critical-data-section.js';
import { gainSection } from './gain-section.js';
import { lawSections } from './law-section.js';
import { keepSection } from './keep-table.js';
import { memorisationSections } from './memorisation-section.js';
import type { ReportData } from './report-data.js';
import { namesOf } from './report-names.js';

/** What a report tells of curves and their analyses (in the same order), and of the trials behind them where there are some. */
export function reportOfCurves(
  title: string,
  { inputs, curves }: { inputs: readonly CurveInput[]; curves: readonly CurveAnalysis[] },
  trials: readonly TrialSummary[] = [],
): ReportData {
  const findings = findingsOf(inputs, curves);
  const names = namesOf(curves);
  const points = inputs.flatMap((input) => input.points);
  const sizes = new Map(points.map(({ scale, seed, nParams }) => [scaleNameOf(scale, seed), nParams]));
  return {
    title,
    startedAt: null,
    curves,
    findings,
    trials,
    provenance: [],
    sections: [
      keepSection(findings.kept, costsByScale(trials), names),
      gainSection(findings.gains, { names, sizes }),
      ...memorisationSections(findings.memorisation, names),
      criticalDataSection(findings.criticalData, names),
      ...lawSections(findings, names),
    ].filter((section) => section !== null),
    places: axisPlacesOf(inputs),
    examples: new Map(),
    unfinished: 0,
  };
}
