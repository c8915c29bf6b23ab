import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { CLASSES, type CurveClass } from '../../analysis/decide.js';
import type { ReportNames } from '../report-names.js';
import type { ChartSpec } from './render-chart.js';
import { scaleEncoding } from './scale-axis.js';
import { chartFrame, type ChartTheme } from './theme.js';

/** A value of a curve as the overview plots it. */
export interface OverviewRow {
  readonly family: string;
  readonly task: string;
  readonly class: CurveClass;
  readonly scale: string;
  readonly x: number;
  readonly value: number;
}

/** The rows of all curves whose values are proportions. */
export function overviewRows(curves: readonly CurveAnalysis[], names: ReportNames): OverviewRow[] {
  return curves
    .filter(({ evidence }) => evidence.scales.every(({ value }) => value >= 0 && value <= 1))
    .flatMap((curve) =>
      curve.evidence.scales.map(({ scale, x, value }) => ({
        family: curve.family,
        task: names.task(curve),
        class: curve.class,
        scale,
        x,
        value,
      })),
    );
}

/** All curves in one frame, coloured by class; the one under the pointer stands out. */
export function overviewChart(
  rows: readonly OverviewRow[],
  {
    axis,
    theme,
    width = 1040,
    height = 360,
  }: { axis: CurveAnalysis['axis']; theme: ChartTheme; width?: number; height?: number },
): ChartSpec {
  const present = CLASSES.filter((name) => rows.some((row) => row.class === name));
  const x = scaleEncoding(
    axis,
    rows.map((row) => row.x),
  );
  const y = { field: 'value', type: 'quantitative', title: 'score', scale: { domain: [0, 1] } };
  const color = {
    field: 'class',
    type: 'nominal',
    scale: { domain: present, range: present.map((name) => theme.classes[name]) },
    legend: { title: null },
  };
  const detail = { field: 'task', type: 'nominal' };
  const opacity = { condition: { param: 'pointed', value: 0.9 }, value: 0.12 };
  const tooltip = [
    { field: 'task' },
    { field: 'scale' },
    { field: 'value', title: 'score', format: '.3~f' },
    { field: 'class' },
  ];
  return {
    ...chartFrame(theme, { width, height }),
    data: { name: 'rows', values: rows },
    layer: [
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color, detail, opacity } },
      {
        params: [
          {
            name: 'pointed',
            select: { type: 'point', fields: ['task'], on: 'pointerover', clear: 'pointerout' },
          },
        ],
        mark: { type: 'point', filled: true, size: 50 },
        encoding: { x, y, color, detail, opacity, tooltip },
      },
    ],
  };
}
