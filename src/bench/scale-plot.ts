import { SweepError } from '../errors.js';
import { compileChart, renderSvg, type ChartSpec } from '../report/charts/render-chart.js';
import { scaleChart, type ScaleQuantity, type ScaleRow } from '../report/charts/scale-chart.js';
import { PAPER_THEME } from '../report/charts/theme.js';
import { formatCount } from '../builder/scale-label.js';
import type { BenchRow, CompletedRow, Spread } from './bench-row.js';

/**
 * Speed against parameters as SVG, one chart a test: tokens/s with 95% intervals, the roof dashed (the rate at which MFU, or
 * MBU in generation, would be 1), and J/token where energy was counted. Throws SweepError where no test was measured at two scales.
 */
export async function plotScales(rows: readonly BenchRow[]): Promise<string> {
  const charts = quantitiesOf(rows).map((quantity) => scaleChart(quantity, { theme: PAPER_THEME }));
  if (charts.length === 0) {
    throw new SweepError(
      'NOTHING_TO_PLOT',
      'Expected one test measured at two scales or more, the bench file has none; measure with --params 10m,100m.',
    );
  }
  return await renderSvg(compileChart(stacked(charts)));
}

/** The charts of a bench: tokens/s and J/token of every test that two scales have. */
export function quantitiesOf(rows: readonly BenchRow[]): ScaleQuantity[] {
  const measured = rows.filter((row): row is CompletedRow => row.status === 'completed');
  const tests = new Set(measured.map(({ test }) => test));
  return [...tests].flatMap((test) => {
    const own = measured.filter((row) => row.test === test);
    const speed: ScaleQuantity = {
      title: `${test}: tokens/s`,
      rows: own.flatMap((row) => pointOf(row, row.tokensPerSecond)),
      roof: own.flatMap(roofOf).toSorted((a, b) => a.nParams - b.nParams),
    };
    const energy: ScaleQuantity = {
      title: `${test}: J/token`,
      rows: own.flatMap((row) => {
        const joules = row.energy?.joulesPerToken ?? null;
        return joules === null ? [] : pointOf(row, { median: joules, ci95: null });
      }),
    };
    return [speed, energy].filter(
      ({ rows: points }) => new Set(points.map(({ nParams }) => nParams)).size > 1,
    );
  });
}

function pointOf(row: CompletedRow, value: Pick<Spread, 'median' | 'ci95'> | null): ScaleRow[] {
  if (value === null) return [];
  const [lo, hi] = value.ci95 ?? [];
  const setting = `${row.precision} ${row.device} x${row.batch}${row.concurrency > 1 ? ` in ${row.concurrency}` : ''}`;
  const interval = lo === undefined || hi === undefined ? {} : { lo, hi };
  const scale = formatCount(row.nParams);
  return [{ scale, nParams: row.nParams, value: value.median, series: setting, ...interval }];
}

/** Of float models only: what a quantised one could reach at most is another line. */
function roofOf(row: CompletedRow): { nParams: number; value: number }[] {
  const share = row.test.startsWith('tg') ? row.mbu : row.mfu;
  if (share === null || share <= 0 || row.tokensPerSecond === null || row.precision !== 'fp32') return [];
  return [{ nParams: row.nParams, value: row.tokensPerSecond.median / share }];
}

/** What concerns the whole picture stands at its top only. */
function stacked(charts: readonly ChartSpec[]): ChartSpec {
  const config = charts[0]?.['config'];
  const views = charts.map(({ config: _config, autosize: _autosize, ...view }) => view);
  return { config, background: 'white', resolve: { scale: { color: 'independent' } }, vconcat: views };
}
