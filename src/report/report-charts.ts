import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { costCharts } from './charts/cost-charts.js';
import { curveChart } from './charts/curve-chart.js';
import { metricChart } from './charts/metric-chart.js';
import { overviewChart, overviewRows } from './charts/overview-chart.js';
import { costsByScale } from './cost-table.js';
import { otherMetrics } from './curve-groups.js';
import { formatValue } from './number-format.js';
import type { ReportChart, ReportData } from './report-data.js';
import { anchorOf, namesOf, type ReportNames } from './report-names.js';
import { primaryCurves } from './table.js';
import { thresholdInWords } from './words.js';

/** Every chart of a report, in the order of the page. */
export function reportCharts(data: ReportData): ReportChart[] {
  const curves = primaryCurves(data.curves);
  const names = namesOf(data.curves);
  return [
    ...overview(curves, names),
    ...costCharts(costsByScale(data.trials), names),
    ...data.sections.flatMap(({ charts = [] }) => charts),
    ...curves.flatMap((curve) => [
      taskChart(curve, names),
      ...metricCharts(curve, otherMetrics(curve, data.curves), names),
    ]),
  ];
}

function overview(curves: readonly CurveAnalysis[], names: ReportNames): ReportChart[] {
  const rows = overviewRows(curves, names);
  if (rows.length === 0) return [];
  return [
    {
      name: 'overview',
      spec: (theme) => overviewChart(rows, { axis: curves[0]?.axis ?? 'parameters', theme }),
      alt: 'Scores of all tasks by scale, coloured by class; the table above holds the values.',
      caption:
        'Point at a line to single it out. Tasks whose metric is no share (such as bits per byte) have their own charts only.',
    },
  ];
}

function taskChart(curve: CurveAnalysis, names: ReportNames): ReportChart {
  const hasSkill = curve.forecastUsable;
  const parts = [
    `${curve.metric} with 95% intervals`,
    curve.evidence.scales.some(({ seeds }) => seeds.length > 1) ? 'rings: single seeds' : '',
    curve.evidence.chance === null ? '' : 'dotted: a guess',
    curve.class === 'emergent' && curve.threshold !== null ? 'shaded: where it leaves its floor' : '',
    curve.forecast.length === 0
      ? ''
      : `dashed: forecast with 90% interval${hasSkill ? '' : ', faint because it is no better than repeating the last value'}`,
  ];
  return {
    name: anchorOf(curve),
    spec: (theme) => curveChart(curve, { theme }),
    alt: altText(curve, names),
    caption: `${parts.filter(Boolean).join('; ')}.`,
  };
}

/** What the chart shows, for those who do not see it. */
export function altText(curve: CurveAnalysis, names: ReportNames): string {
  const values = curve.evidence.scales
    .map(({ scale, value }) => `${names.scale(scale)} ${formatValue(value)}`)
    .join(', ');
  const threshold = curve.threshold === null ? '' : `, threshold ${thresholdInWords(curve, names.scale)}`;
  return `${names.task(curve)}: ${curve.metric} by scale: ${values}. Class ${curve.class}${threshold}.`;
}

function metricCharts(
  curve: CurveAnalysis,
  others: readonly CurveAnalysis[],
  names: ReportNames,
): ReportChart[] {
  if (others.length === 0) return [];
  const all = [curve, ...others];
  return [
    {
      name: `metrics-${anchorOf(curve)}`,
      spec: (theme) => metricChart(all, { theme }),
      alt: `${names.task(curve)}: ${all.map(({ metric }) => metric).join(', ')} of the same answers by scale, each as the share of its own range; the table beside it holds the values.`,
      caption: 'The same answers under each metric: 0% is its worst scale, 100% its best.',
    },
  ];
}
