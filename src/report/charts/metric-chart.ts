import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import type { ChartSpec } from './render-chart.js';
import { scaleEncoding } from './scale-axis.js';
import { chartFrame, seriesScale, type ChartTheme } from './theme.js';

/** Several metrics of the same answers, each as the share of its own range, so that sudden and steady ones compare. */
export function metricChart(
  curves: readonly CurveAnalysis[],
  { theme, width = 460, height = 200 }: { theme: ChartTheme; width?: number; height?: number },
): ChartSpec {
  const rows = curves.flatMap(rangeRows);
  const names = curves.map(({ metric }) => metric);
  const x = scaleEncoding(
    curves[0]?.axis ?? 'parameters',
    rows.map((row) => row.x),
  );
  const y = {
    field: 'share',
    type: 'quantitative',
    title: 'share of own range',
    scale: { domain: [0, 1] },
    axis: { format: '.0%', tickCount: 3 },
  };
  const color = {
    field: 'metric',
    type: 'nominal',
    scale: seriesScale(names, theme),
    legend: { title: null },
  };
  const strokeDash = {
    field: 'metric',
    type: 'nominal',
    scale: { domain: names, range: names.map((_, i) => DASHES[i % DASHES.length]) },
    legend: { title: null },
  };
  const tooltip = [{ field: 'metric' }, { field: 'scale' }, { field: 'value', format: '.3~f' }];
  return {
    ...chartFrame(theme, { width, height }),
    data: { values: rows },
    layer: [
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color, strokeDash } },
      {
        mark: { type: 'point', filled: true, size: 40, opacity: 1 },
        encoding: { x, y, color, tooltip },
      },
    ],
  };
}

const DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [4, 4],
];

/** 0 is the worst value of the curve and 1 its best. */
function rangeRows({ family, metric, higherIsBetter, evidence }: CurveAnalysis): {
  readonly family: string;
  readonly metric: string;
  readonly scale: string;
  readonly x: number;
  readonly value: number;
  readonly share: number;
}[] {
  const sign = higherIsBetter ? 1 : -1;
  const values = evidence.scales.map(({ value }) => sign * value);
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  return evidence.scales.map(({ scale, x, value }) => ({
    family,
    metric,
    scale,
    x,
    value,
    share: range === 0 ? 0 : (sign * value - low) / range,
  }));
}
