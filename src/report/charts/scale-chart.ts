import { chartFrame, seriesScale, type ChartTheme } from './theme.js';
import type { ChartSpec } from './render-chart.js';
import { logTicks, scaleEncoding } from './scale-axis.js';

/** Something measured at one scale. */
export interface ScaleRow {
  readonly scale: string;
  readonly nParams: number;
  readonly value: number;
  /** Ends of an interval, where there is one. */
  readonly lo?: number;
  readonly hi?: number;
  /** What the line belongs to: a precision, a device, a percentile. */
  readonly series: string;
}

/** A measured quantity by scale, and what the machine could do at most. */
export interface ScaleQuantity {
  /** Title of the vertical axis with its unit, such as `tokens/s`. */
  readonly title: string;
  readonly rows: readonly ScaleRow[];
  /** The bound that the machine sets, dashed. */
  readonly roof?: readonly { readonly nParams: number; readonly value: number }[];
  /** Linear from 0 where true; logarithmic otherwise. */
  readonly isLinear?: boolean;
}

/** A quantity against the number of parameters, one line a series. */
export function scaleChart(
  { title, rows, roof = [], isLinear = false }: ScaleQuantity,
  { theme, width = 460, height = 200 }: { theme: ChartTheme; width?: number; height?: number },
): ChartSpec {
  const x = scaleEncoding(
    'parameters',
    rows.map(({ nParams }) => nParams),
    'nParams',
  );
  const y = {
    field: 'value',
    type: 'quantitative',
    title,
    ...(isLinear ? { scale: { zero: true }, axis: { format: '~s', tickCount: 4 } } : logarithmic(rows, roof)),
  };
  const series = [...new Set(rows.map((row) => row.series))];
  const color = {
    field: 'series',
    type: 'nominal',
    scale: seriesScale(series, theme),
    legend: series.length > 1 ? { title: null } : null,
  };
  const tooltip = [
    { field: 'scale' },
    { field: 'value', title, format: '.3~s' },
    ...(series.length > 1 ? [{ field: 'series' }] : []),
  ];
  const withInterval = rows.filter(({ lo, hi }) => lo !== undefined && hi !== undefined);
  return {
    ...chartFrame(theme, { width, height }),
    layer: [
      {
        data: { values: roof },
        mark: { type: 'line', color: theme.faint, strokeDash: [5, 4] },
        encoding: { x, y },
      },
      {
        data: { values: withInterval },
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { x, y: { ...y, field: 'lo' }, y2: { field: 'hi' }, color },
      },
      { data: { values: rows }, mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color } },
      {
        data: { values: rows },
        mark: { type: 'point', filled: true, size: 45, opacity: 1 },
        encoding: { x, y, color, tooltip },
      },
    ],
  };
}

/** A logarithmic axis that begins and ends a little outside the values, with round ticks only. */
function logarithmic(
  rows: readonly ScaleRow[],
  roof: readonly { readonly value: number }[],
): Record<string, unknown> {
  const values = [
    ...rows.flatMap(({ value, lo, hi }) => [value, lo ?? value, hi ?? value]),
    ...roof.map(({ value }) => value),
  ];
  const domain = [Math.min(...values) / 1.25, Math.max(...values) * 1.25];
  return { scale: { type: 'log', domain, nice: false }, axis: { format: '~s', values: logTicks(domain) } };
}
