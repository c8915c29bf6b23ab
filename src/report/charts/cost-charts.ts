import { frontierOf, settingOf, type ScaleCost } from '../cost-table.js';
import type { ReportChart } from '../report-data.js';
import type { ReportNames } from '../report-names.js';
import { frontierChart } from './frontier-chart.js';
import { scaleChart, type ScaleRow } from './scale-chart.js';

/** A measured cost: a line for each of its kinds. */
interface CostKind {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly lines: readonly (readonly [series: string, of: (cost: ScaleCost) => number | null])[];
  /** What the machine could reach at most, null where that was not measured. */
  readonly roof?: (cost: ScaleCost) => number | null;
}

const KINDS: readonly CostKind[] = [
  {
    name: 'throughput',
    title: 'tokens/s',
    caption: 'Throughput of one worker; dashed: prompt tokens at the measured rate of matrix products.',
    lines: [
      ['prompt', (cost) => cost.promptTokensPerSecond],
      ['generated', (cost) => cost.generatedTokensPerSecond],
    ],
    roof: ({ promptTokensPerSecond, mfu }) => (mfu === null || mfu <= 0 ? null : promptTokensPerSecond / mfu),
  },
  {
    name: 'latency',
    title: 'ms a batch',
    caption: 'Latency of a batch.',
    lines: [
      ['p50', (cost) => cost.latencyP50Ms],
      ['p90', (cost) => cost.latencyP90Ms],
    ],
  },
  {
    name: 'memory',
    title: 'bytes',
    caption: 'Peak memory of the engine process.',
    lines: [['peak', (cost) => cost.peakRssBytes]],
  },
  {
    name: 'energy',
    title: 'J/token',
    caption: 'Energy of a token, prompt and new ones alike.',
    lines: [['energy', (cost) => cost.joulesPerToken]],
  },
];

/** The frontier of score and speed, and every cost that was measured at two scales or more. */
export function costCharts(costs: readonly ScaleCost[], names: ReportNames): ReportChart[] {
  const isOneSetting = new Set(costs.map(settingOf)).size <= 1;
  const frontier = frontierOf(costs).map((row) => ({
    ...row,
    scale: `${names.scale(row.scale)}${isOneSetting ? '' : ` ${row.setting}`}`,
  }));
  const charts: ReportChart[] = KINDS.flatMap((kind) => costChart(kind, costs, names));
  // Models of one size cost the same: there is nothing to weigh.
  if (new Set(costs.map(({ nParams }) => nParams)).size < 2) return charts;
  return [
    {
      name: 'frontier',
      spec: (theme) => frontierChart(frontier, { theme }),
      alt: 'Mean score against requests a second, a dot a scale; the table of costs holds the values.',
      caption: 'Mean score against speed. The dashed line joins the scales that no other beats on both.',
    },
    ...charts,
  ];
}

function costChart(
  { name, title, caption, lines, roof }: CostKind,
  costs: readonly ScaleCost[],
  names: ReportNames,
): ReportChart[] {
  const settings = new Set(costs.map(settingOf));
  const rows = lines.flatMap(([series, of]) =>
    costs.flatMap((cost): ScaleRow[] => {
      const value = of(cost);
      if (value === null || value <= 0) return [];
      const setting = settings.size > 1 ? ` ${settingOf(cost)}` : '';
      return [
        { scale: names.scale(cost.model), nParams: cost.nParams, value, series: `${series}${setting}` },
      ];
    }),
  );
  const bound = costs.flatMap((cost) => {
    const value = roof?.(cost) ?? null;
    return value === null || settings.size > 1 ? [] : [{ nParams: cost.nParams, value }];
  });
  if (new Set(rows.map(({ nParams }) => nParams)).size < 2) return [];
  const values = rows.map((row) => `${row.scale} ${row.series} ${row.value.toPrecision(3)}`).join(', ');
  return [
    {
      name,
      spec: (theme) => scaleChart({ title, rows, roof: bound }, { theme }),
      alt: `${caption} ${title} by scale: ${values}.`,
      caption,
    },
  ];
}
