import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { CLASSES } from '../../analysis/decide.js';
import { axisTitle } from '../words.js';
import type { ChartSpec } from './render-chart.js';
import { chartConfig, type ChartTheme } from './theme.js';

/** A value of a curve as the overview plots it: gain over a guess, as a share of what can be gained. */
export interface OverviewRow {
  readonly task: string;
  readonly class: string;
  readonly scale: string;
  readonly x: number;
  readonly value: number;
}

/** The rows of all curves whose values are proportions. */
export function overviewRows(curves: readonly CurveAnalysis[]): OverviewRow[] {
  return curves
    .filter(({ evidence }) => evidence.scales.every(({ value }) => value >= 0 && value <= 1))
    .flatMap((curve) =>
      curve.evidence.scales.map(({ scale, x, value }) => ({
        task: `${curve.task}${curve.shots > 0 ? ` ${curve.shots}-shot` : ''}`,
        class: curve.class,
        scale,
        x,
        value,
      })),
    );
}

/** All curves in one frame, coloured by class. */
export function overviewChart(
  curves: readonly CurveAnalysis[],
  { theme, width = 1040, height = 340 }: { theme: ChartTheme; width?: number; height?: number },
): ChartSpec {
  const axis = curves[0]?.axis ?? 'parameters';
  const present = CLASSES.filter((name) => curves.some((curve) => curve.class === name));
  const x = {
    field: 'x',
    type: 'quantitative',
    title: axisTitle(axis),
    axis: { format: '~s', tickCount: 8 },
    scale: { type: 'log', nice: false, ...(axis === 'bits-per-byte' ? { reverse: true } : {}) },
  };
  const y = { field: 'value', type: 'quantitative', title: 'score', scale: { domain: [0, 1] } };
  const color = {
    field: 'class',
    type: 'nominal',
    scale: { domain: present, range: present.map((name) => theme.classes[name]) },
    legend: { title: null },
  };
  const detail = { field: 'task', type: 'nominal' };
  const tooltip = [
    { field: 'task' },
    { field: 'scale' },
    { field: 'value', title: 'score', format: '.3~f' },
    { field: 'class' },
  ];
  return {
    width,
    height,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig(theme),
    data: { name: 'rows', values: overviewRows(curves) },
    layer: [
      { mark: { type: 'line', strokeWidth: 2, opacity: 0.8 }, encoding: { x, y, color, detail } },
      {
        mark: { type: 'point', filled: true, size: 45, opacity: 1 },
        encoding: { x, y, color, detail, tooltip },
      },
    ],
  };
}
