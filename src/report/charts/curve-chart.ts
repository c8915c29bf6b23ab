import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { axisTitle } from '../words.js';
import { chartConfig, type ChartTheme } from './theme.js';
import type { ChartSpec } from './render-chart.js';

/** Size of a chart in CSS pixels, and whether a forecast is drawn. */
export interface CurveChartOptions {
  readonly theme: ChartTheme;
  readonly width?: number;
  readonly height?: number;
}

/** One curve: intervals, one dot a seed, the guess, the bracket of the threshold, and the forecast where it has skill. */
export function curveChart(
  curve: CurveAnalysis,
  { theme, width = 460, height = 240 }: CurveChartOptions,
): ChartSpec {
  const colour = theme.classes[curve.class];
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: xScale(curve),
    title: axisTitle(curve.axis),
    axis: { format: '~s', tickCount: 6 },
  };
  const y = {
    field: 'value',
    type: 'quantitative',
    title: curve.metric,
    scale: { domain: valueDomain(curve), nice: true },
  };
  const points = curve.evidence.scales.map(({ scale, x: at, value, ci95, n }) => ({
    scale,
    x: at,
    value,
    lo: ci95[0],
    hi: ci95[1],
    n,
  }));
  const seeds = curve.evidence.scales.flatMap(({ scale, x: at, seeds: values }) =>
    values.length > 1 ? values.map((value, seed) => ({ scale, x: at, value, seed })) : [],
  );
  const tooltip = [
    { field: 'scale', title: 'scale' },
    { field: 'value', title: curve.metric, format: '.3~f' },
    { field: 'lo', title: '95% from', format: '.3~f' },
    { field: 'hi', title: 'to', format: '.3~f' },
    { field: 'n', title: 'samples' },
  ];
  return {
    width,
    height,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig(theme),
    layer: [
      ...bracketLayer(curve, theme),
      ...chanceLayer(curve, theme),
      ...forecastLayers(curve, { theme, x, y }),
      { data: { values: points }, mark: { type: 'line', color: colour, strokeWidth: 2 }, encoding: { x, y } },
      {
        data: { values: points },
        mark: { type: 'rule', color: colour, strokeWidth: 1.5, opacity: 0.7 },
        encoding: { x, y: { ...y, field: 'lo' }, y2: { field: 'hi' } },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, size: 55, color: colour, opacity: 1 },
        encoding: { x, y, tooltip },
      },
      {
        data: { values: seeds },
        mark: { type: 'point', filled: false, size: 30, color: theme.ink, opacity: 0.75, strokeWidth: 1 },
        encoding: {
          x,
          y,
          tooltip: [{ field: 'scale' }, { field: 'value', format: '.3~f' }, { field: 'seed' }],
        },
      },
    ],
  };
}

/** Better models stand to the right: bits per byte run backwards. */
function xScale({ axis }: CurveAnalysis): Record<string, unknown> {
  return axis === 'bits-per-byte'
    ? { type: 'log', reverse: true, nice: false }
    : { type: 'log', nice: false };
}

function valueDomain({ evidence }: CurveAnalysis): [number, number] {
  const values = evidence.scales.flatMap(({ ci95, seeds }) => [...ci95, ...seeds]);
  const high = Math.max(...values, evidence.chance ?? Number.NEGATIVE_INFINITY);
  const low = Math.min(...values, evidence.chance ?? Number.POSITIVE_INFINITY);
  const isProportion = low >= -1e-9 && high <= 1 + 1e-9;
  return isProportion ? [0, Math.min(1, Math.max(0.1, high * 1.05))] : [low, high];
}

function bracketLayer(curve: CurveAnalysis, { ink }: ChartTheme): ChartSpec[] {
  if (curve.class !== 'emergent' || curve.threshold === null) return [];
  const at = (name: string | null): number | undefined =>
    curve.evidence.scales.find(({ scale }) => scale === name)?.x;
  const to = at(curve.threshold.atMost);
  const from = at(curve.threshold.above) ?? to;
  if (from === undefined || to === undefined) return [];
  return [
    {
      data: { values: [{ from, to }] },
      mark: { type: 'rect', color: ink, opacity: 0.07 },
      encoding: { x: { field: 'from', type: 'quantitative' }, x2: { field: 'to' } },
    },
  ];
}

function chanceLayer({ evidence }: CurveAnalysis, { faint }: ChartTheme): ChartSpec[] {
  if (evidence.chance === null) return [];
  return [
    {
      data: { values: [{ chance: evidence.chance }] },
      mark: { type: 'rule', color: faint, strokeDash: [2, 3] },
      encoding: { y: { field: 'chance', type: 'quantitative' } },
    },
  ];
}

/** A forecast without skill is drawn faint: it is no better than repeating the last value. */
function forecastLayers(
  curve: CurveAnalysis,
  { theme, x, y }: { theme: ChartTheme; x: object; y: object },
): ChartSpec[] {
  const last = curve.evidence.scales.at(-1);
  if (curve.forecast.length === 0 || last === undefined) return [];
  const hasSkill = (curve.backtest?.skill ?? 0) > 0;
  const start = { x: last.x, value: last.value, lo: last.value, hi: last.value };
  const data = { values: [start, ...curve.forecast] };
  const color = hasSkill ? theme.classes[curve.class] : theme.faint;
  return [
    {
      data,
      mark: { type: 'area', color, opacity: hasSkill ? 0.15 : 0.08 },
      encoding: { x, y: { ...y, field: 'lo' }, y2: { field: 'hi' } },
    },
    {
      data,
      mark: { type: 'line', color, strokeDash: [5, 4], opacity: hasSkill ? 0.9 : 0.5 },
      encoding: { x, y },
    },
  ];
}
