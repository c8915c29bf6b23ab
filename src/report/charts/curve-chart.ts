import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { chartFrame, type ChartTheme } from './theme.js';
import type { ChartSpec } from './render-chart.js';
import { scaleEncoding } from './scale-axis.js';

/** Size of a chart in CSS pixels. */
export interface CurveChartOptions {
  readonly theme: ChartTheme;
  readonly width?: number;
  readonly height?: number;
}

/**
 * One curve: intervals, one ring a seed, the guess, the bracket of the threshold, and the forecast. Every chart has the
 * same layers, empty where a curve has nothing to show there, so that a page keeps their description once.
 */
export function curveChart(
  curve: CurveAnalysis,
  { theme, width = 460, height = 250 }: CurveChartOptions,
): ChartSpec {
  const { family } = curve;
  const color = theme.curve ?? theme.classes[curve.class];
  const points = curve.evidence.scales.map(({ scale, x, value, ci95, n }) => ({
    family,
    scale,
    x,
    value,
    lo: ci95[0],
    hi: ci95[1],
    n,
  }));
  const seeds = curve.evidence.scales.flatMap(({ scale, x, seeds: values }) =>
    values.length > 1 ? values.map((value, seed) => ({ family, scale, x, value, seed })) : [],
  );
  const forecast = forecastRows(curve, theme);
  const x = scaleEncoding(
    curve.axis,
    [...points, ...forecast].map((row) => row.x),
  );
  const y = {
    field: 'value',
    type: 'quantitative',
    title: curve.metric,
    scale: { domain: valueDomain(curve), nice: true, zero: false },
  };
  return {
    ...chartFrame(theme, { width, height }),
    layer: [
      bracketLayer(curve, theme),
      chanceLayer(curve, theme),
      ...forecastLayers(forecast, { x, y }),
      { data: { values: points }, mark: { type: 'line', color, strokeWidth: 2 }, encoding: { x, y } },
      {
        data: { values: points },
        mark: { type: 'rule', color, strokeWidth: 1.5, opacity: 0.7 },
        encoding: { x, y: { ...y, field: 'lo' }, y2: { field: 'hi' } },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, size: 55, color, opacity: 1 },
        encoding: { x, y, tooltip: pointTooltip(curve) },
      },
      {
        data: { values: seeds },
        mark: { type: 'point', filled: false, size: 30, color: theme.ink, opacity: 0.75, strokeWidth: 1 },
        encoding: { x, y, tooltip: SEED_TOOLTIP },
      },
    ],
  };
}

const SEED_TOOLTIP = [{ field: 'scale' }, { field: 'value', format: '.3~f' }, { field: 'seed' }];

function pointTooltip({ metric }: CurveAnalysis): object[] {
  return [
    { field: 'scale', title: 'scale' },
    { field: 'value', title: metric, format: '.3~f' },
    { field: 'lo', title: '95% from', format: '.3~f' },
    { field: 'hi', title: 'to', format: '.3~f' },
    { field: 'n', title: 'samples' },
  ];
}

function valueDomain({ evidence }: CurveAnalysis): [number, number] {
  const values = evidence.scales.flatMap(({ ci95, seeds }) => [...ci95, ...seeds]);
  const high = Math.max(...values, evidence.chance ?? Number.NEGATIVE_INFINITY);
  const low = Math.min(...values, evidence.chance ?? Number.POSITIVE_INFINITY);
  const isProportion = low >= -1e-9 && high <= 1 + 1e-9;
  return isProportion ? [0, Math.min(1, Math.max(0.1, high * 1.05))] : [low, high];
}

function bracketLayer(curve: CurveAnalysis, { ink }: ChartTheme): ChartSpec {
  return {
    data: { values: bracketRows(curve) },
    mark: { type: 'rect', color: ink, opacity: 0.07 },
    encoding: { x: { field: 'from', type: 'quantitative' }, x2: { field: 'to' } },
  };
}

/** The bracket with the names of its scales, so that it can move to another axis. */
function bracketRows({ class: name, threshold, evidence, family }: CurveAnalysis): object[] {
  if (name !== 'emergent' || threshold === null) return [];
  const at = (scale: string | null): number | undefined =>
    evidence.scales.find((own) => own.scale === scale)?.x;
  const to = at(threshold.atMost);
  const from = at(threshold.above) ?? to;
  if (from === undefined || to === undefined) return [];
  return [{ family, fromScale: threshold.above ?? threshold.atMost, toScale: threshold.atMost, from, to }];
}

function chanceLayer({ evidence }: CurveAnalysis, { faint }: ChartTheme): ChartSpec {
  return {
    data: { values: evidence.chance === null ? [] : [{ chance: evidence.chance }] },
    mark: { type: 'rule', color: faint, strokeDash: [2, 3] },
    encoding: { y: { field: 'chance', type: 'quantitative' } },
  };
}

interface ForecastRow {
  readonly x: number;
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
  readonly color: string;
  readonly opacity: number;
  /** Its place is known on one axis only. */
  readonly isForecast: true;
}

/** A forecast without skill is drawn faint: it is no better than repeating the last value. */
function forecastRows(curve: CurveAnalysis, theme: ChartTheme): ForecastRow[] {
  const last = curve.evidence.scales.at(-1);
  if (curve.forecast.length === 0 || last === undefined) return [];
  const hasSkill = curve.forecastUsable;
  const style = {
    color: hasSkill ? (theme.curve ?? theme.classes[curve.class]) : theme.faint,
    opacity: hasSkill ? 0.9 : 0.5,
    isForecast: true as const,
  };
  const start = { x: last.x, value: last.value, lo: last.value, hi: last.value };
  return [start, ...curve.forecast].map((point) => ({ ...point, ...style }));
}

function forecastLayers(rows: readonly ForecastRow[], { x, y }: { x: object; y: object }): ChartSpec[] {
  const color = { field: 'color', type: 'nominal', scale: null };
  return [
    {
      data: { values: rows },
      mark: { type: 'area', opacity: 0.12 },
      encoding: { x, y: { ...y, field: 'lo' }, y2: { field: 'hi' }, color },
    },
    {
      data: { values: rows },
      mark: { type: 'line', strokeDash: [5, 4] },
      encoding: { x, y, color, opacity: { field: 'opacity', type: 'quantitative', scale: null } },
    },
  ];
}
