import type { ChartSpec } from './render-chart.js';
import { logTicks } from './scale-axis.js';
import { chartFrame, type ChartTheme } from './theme.js';

/** One scale's mean score and cost. */
export interface FrontierRow {
  readonly scale: string;
  /** Precision and device. */
  readonly setting: string;
  readonly score: number;
  readonly requestsPerSecond: number;
  /** No other scale is both better and faster. */
  readonly isOnFrontier: boolean;
}

/** Score against speed, a dot a scale; the frontier is the line that no scale beats on both. */
export function frontierChart(
  rows: readonly FrontierRow[],
  { theme, width = 460, height = 250 }: { theme: ChartTheme; width?: number; height?: number },
): ChartSpec {
  const speeds = rows.map(({ requestsPerSecond }) => requestsPerSecond);
  const domain = [Math.min(...speeds) / 1.4, Math.max(...speeds) * 1.4];
  const x = {
    field: 'requestsPerSecond',
    type: 'quantitative',
    title: 'requests a second and worker',
    scale: { type: 'log', domain, nice: false },
    axis: { format: '~s', values: logTicks(domain) },
  };
  const y = { field: 'score', type: 'quantitative', title: 'mean score', scale: { zero: false } };
  const colour = theme.classes.smooth;
  return {
    ...chartFrame(theme, { width, height }),
    layer: [
      {
        data: { values: rows.filter(({ isOnFrontier }) => isOnFrontier) },
        mark: { type: 'line', color: colour, strokeDash: [4, 3] },
        encoding: { x, y, order: { field: 'requestsPerSecond', type: 'quantitative' } },
      },
      {
        data: { values: rows },
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: {
          x,
          y,
          color: { condition: { test: 'datum.isOnFrontier', value: colour }, value: theme.faint },
          tooltip: [
            { field: 'scale' },
            { field: 'score', format: '.3~f' },
            { field: 'requestsPerSecond', format: '.3~s' },
          ],
        },
      },
      {
        data: { values: rows },
        mark: { type: 'text', dy: -13, color: theme.ink, fontSize: 11 },
        encoding: { x, y, text: { field: 'scale' } },
      },
    ],
  };
}
