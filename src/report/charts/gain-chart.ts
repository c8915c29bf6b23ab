import type { ChartSpec } from './render-chart.js';
import { scaleEncoding } from './scale-axis.js';
import { chartFrame, seriesScale, type ChartTheme } from './theme.js';

/** The gain of one way of asking over another at one scale. */
export interface GainRow {
  readonly pair: string;
  readonly scale: string;
  readonly x: number;
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
}

/** Gains by scale with their intervals, around the line of no gain. */
export function gainChart(
  rows: readonly GainRow[],
  { theme, width = 620, height = 260 }: { theme: ChartTheme; width?: number; height?: number },
): ChartSpec {
  const pairs = [...new Set(rows.map(({ pair }) => pair))];
  const x = scaleEncoding(
    'parameters',
    rows.map((row) => row.x),
  );
  const y = { field: 'value', type: 'quantitative', title: 'gain', axis: { format: '+.1~f', tickCount: 5 } };
  const color = {
    field: 'pair',
    type: 'nominal',
    scale: seriesScale(pairs, theme),
    legend: { title: null, columns: 2, labelLimit: 400 },
  };
  return {
    ...chartFrame(theme, { width, height }),
    layer: [
      {
        data: { values: [{ none: 0 }] },
        mark: { type: 'rule', color: theme.faint },
        encoding: { y: { field: 'none', type: 'quantitative' } },
      },
      { data: { values: rows }, mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color } },
      {
        data: { values: rows },
        mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.7 },
        encoding: { x, y: { ...y, field: 'lo' }, y2: { field: 'hi' }, color },
      },
      {
        data: { values: rows },
        mark: { type: 'point', filled: true, size: 45, opacity: 1 },
        encoding: {
          x,
          y,
          color,
          tooltip: [{ field: 'pair' }, { field: 'scale' }, { field: 'value', format: '+.3~f' }],
        },
      },
    ],
  };
}
