import { CLASSES, type CurveClass } from '../../analysis/decide.js';

/** Colours of a chart: names of the page's variables, which follow light and dark, or fixed ones for papers. */
export interface ChartTheme {
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly classes: Readonly<Record<CurveClass, string>>;
  /** The colour of the one curve of a chart, where it is not that of its class. */
  readonly curve?: string;
  /** Colours of lines that are no classes: precisions, devices, metrics. */
  readonly series: readonly string[];
}

const byClass = (colour: (name: CurveClass) => string): ChartTheme['classes'] =>
  Object.fromEntries(CLASSES.map((name) => [name, colour(name)])) as Record<CurveClass, string>;

/** The classes whose colours lines of other kinds borrow, in order. */
const SERIES: readonly CurveClass[] = ['smooth', 'emergent', 'u-shaped', 'inverted-u', 'inverse', 'flat'];

/** Follows the page: every colour is a CSS variable. */
export const PAGE_THEME: ChartTheme = {
  ink: 'var(--ink)',
  faint: 'var(--faint)',
  grid: 'var(--grid)',
  classes: byClass((name) => `var(--class-${name})`),
  curve: 'var(--curve)',
  series: [...SERIES.map((name) => `var(--class-${name})`), 'var(--ink)'],
};

/** Colours on white, after Okabe and Ito's palette for all kinds of sight, darkened to 4.5:1 as text. */
export const LIGHT_COLOURS: Readonly<Record<CurveClass, string>> = {
  flat: '#5f6672',
  smooth: '#0066a8',
  emergent: '#b04a00',
  inverse: '#b0203a',
  'u-shaped': '#7a3fa0',
  'inverted-u': '#8a5a00',
  undecided: '#6b7280',
};

/** The same on a dark page. */
export const DARK_COLOURS: Readonly<Record<CurveClass, string>> = {
  flat: '#a3abb8',
  smooth: '#5db4f0',
  emergent: '#ff9d57',
  inverse: '#ff7d92',
  'u-shaped': '#c99bee',
  'inverted-u': '#e0b355',
  undecided: '#8b94a3',
};

/** Fixed colours on white, for files that stand by themselves. */
export const PAPER_THEME: ChartTheme = {
  ink: '#1c2330',
  faint: '#5a6270',
  grid: '#dfe3e8',
  classes: LIGHT_COLOURS,
  series: [...SERIES.map((name) => LIGHT_COLOURS[name]), '#1c2330'],
};

/** Size, fonts and axes, in the form that all charts share. */
export function chartFrame(
  theme: ChartTheme,
  { width, height }: { readonly width: number; readonly height: number },
): Record<string, unknown> {
  return { width, height, autosize: { type: 'fit', contains: 'padding' }, config: chartConfig(theme) };
}

/** A colour for each of the names of lines that are no classes, in the order of the theme. */
export function seriesScale(
  names: readonly string[],
  { series }: ChartTheme,
): { readonly domain: readonly string[]; readonly range: readonly (string | undefined)[] } {
  return { domain: names, range: names.map((_, i) => series[i % series.length]) };
}

function chartConfig({ ink, faint, grid }: ChartTheme): Record<string, unknown> {
  const font = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
  return {
    background: null,
    // The page describes each chart in one text; a text at each mark would treble its size.
    aria: false,
    font,
    view: { stroke: null },
    axis: {
      labelColor: faint,
      titleColor: ink,
      gridColor: grid,
      domainColor: grid,
      tickColor: grid,
      labelFontSize: 11,
      titleFontSize: 12,
      titleFontWeight: 'normal',
    },
    legend: { labelColor: ink, titleColor: ink, orient: 'bottom', labelFontSize: 11, symbolSize: 60 },
    text: { color: ink, font },
  };
}
