import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { formatSignificant } from './number-format.js';
import type { ReportData } from './report-data.js';
import { namesOf, type ReportNames } from './report-names.js';
import { primaryCurves } from './table.js';

/** What the run does not tell, and why: one sentence each. */
export function openQuestions({ trials, unfinished, curves: all }: ReportData): string[] {
  const curves = primaryCurves(all);
  const names = namesOf(all);
  return [
    ...(unfinished > 0
      ? [`${unfinished} trials have not ended: what stands here is what there is so far.`]
      : []),
    ...curves
      .filter((curve) => curve.class === 'undecided')
      .map((curve) => `${names.task(curve)} has no class: ${curve.evidence.reason}.`),
    ...weakCurves(curves, names),
    ...unskilled(curves, names),
    ...uncheckedMetrics(curves, names),
    ...trials.flatMap((trial) =>
      trial.state === 'completed'
        ? []
        : [`${names.scale(trial.model)} on ${trial.task} ${trial.state}: ${trial.reason}`],
    ),
  ];
}

/** Gains below this would matter, so that a curve which cannot show them is weak. */
const POINTS_THAT_MATTER = 0.1;

function weakCurves(curves: readonly CurveAnalysis[], names: ReportNames): string[] {
  return curves.flatMap((curve) => {
    const least = curve.evidence.minimumDetectableEffect;
    const isShare = curve.evidence.scales.every(({ value }) => value >= 0 && value <= 1);
    return !isShare || least === null || least <= POINTS_THAT_MATTER
      ? []
      : [
          `${names.task(curve)} would have shown a gain of ${formatSignificant(least)} only: smaller ones stay unseen.`,
        ];
  });
}

function unskilled(curves: readonly CurveAnalysis[], names: ReportNames): string[] {
  const own = curves.filter(({ forecast, forecastUsable }) => forecast.length > 0 && !forecastUsable);
  return own.length === 0
    ? []
    : [
        `Forecasts without skill, no better than repeating the last value: ${own.map(names.task).join(', ')}.`,
      ];
}

function uncheckedMetrics(curves: readonly CurveAnalysis[], names: ReportNames): string[] {
  const own = curves.filter((curve) => curve.class === 'emergent' && curve.evidence.metricVerdict === null);
  return own.length === 0
    ? []
    : [
        `Whether the metric makes the jump is not settled (no continuous metric of the same answers decides) for: ${own.map(names.task).join(', ')}.`,
      ];
}
