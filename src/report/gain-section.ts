import type { GainCurve, GainPoint } from '../analysis/gain.js';
import { scaleNameOf } from '../analysis/scales.js';
import { Z95 } from '../stats/intervals.js';
import { mean, sampleVariance } from '../stats/moments.js';
import { gainChart, type GainRow } from './charts/gain-chart.js';
import { formatSigned } from './number-format.js';
import type { ReportSection } from './report-data.js';
import type { ReportNames } from './report-names.js';

/** Where scales stand: parameters by the name of a scale. */
export type ScaleSizes = ReadonlyMap<string, number>;

/** The gains by scale as a section of the report, a row a pair; null where nothing was asked in two ways. */
export function gainSection(
  gains: readonly GainCurve[],
  { names, sizes }: { names: ReportNames; sizes: ScaleSizes },
): ReportSection | null {
  if (gains.length === 0) return null;
  const curves = gains.map((gain) => ({
    gain,
    pair: pairName(gain, names),
    rows: rowsOf(gain, names, sizes),
  }));
  const scales = [
    ...new Set(curves.flatMap(({ rows }) => rows.toSorted((a, b) => a.x - b.x)).map(({ scale }) => scale)),
  ];
  return {
    id: 'gain',
    title: 'What more shots and written steps add',
    paragraphs: [
      'The gain of the second way of asking over the first, with 95% intervals; seeds of a scale are averaged, and widen its interval where they differ. A gain counts from the scale where it is above 0 for certain and stays so.',
    ],
    header: ['from and to', 'metric', ...scales, 'positive from'],
    numeric: scales.map((_, i) => i + 2),
    rows: curves.map(({ gain, pair, rows }) => [
      pair,
      gain.metric,
      ...scales.map((scale) => {
        const row = rows.find((own) => own.scale === scale);
        return row === undefined ? '' : formatSigned(row.value);
      }),
      gain.positiveFrom === null ? 'no scale' : names.scale(scaleOfPoint(gain, gain.positiveFrom)),
    ]),
    charts: [
      {
        name: 'gain',
        spec: (theme) =>
          gainChart(
            curves.flatMap(({ rows }) => rows),
            { theme },
          ),
        alt: `Gain by scale of ${curves.map(({ pair }) => pair).join('; ')}. The table holds the values.`,
        caption: 'Gain by scale with 95% intervals.',
      },
    ],
  };
}

function pairName({ family, from, to }: GainCurve, names: ReportNames): string {
  const [before, after] = [from, to].map((text) => {
    const [, task = text, shots = '0'] = /^(.*) (\d+)-shot$/.exec(text) ?? [];
    return names.task({ family, task, shots: Number(shots) });
  });
  return `${before} to ${after}`;
}

/** One row a scale: several seeds become their mean. */
function rowsOf(gain: GainCurve, names: ReportNames, sizes: ScaleSizes): GainRow[] {
  const scales = new Map<string, GainPoint[]>();
  for (const point of gain.points) {
    const scale = scaleNameOf(point.scale, point.seed);
    scales.set(scale, [...(scales.get(scale) ?? []), point]);
  }
  return [...scales].flatMap(([scale, points]) => {
    const x = sizes.get(scale);
    if (x === undefined) return [];
    const value = mean(points.map((point) => point.gain));
    const reach = Z95 * Math.sqrt(varianceOf(points));
    return [
      {
        pair: pairName(gain, names),
        scale: names.scale(scale),
        x,
        value,
        lo: value - reach,
        hi: value + reach,
      },
    ];
  });
}

/** The larger of what items and what seeds leave open. */
function varianceOf(points: readonly GainPoint[]): number {
  const within = mean(points.map(({ ci95 }) => ((ci95[1] - ci95[0]) / (2 * Z95)) ** 2)) / points.length;
  const between = points.length > 1 ? sampleVariance(points.map(({ gain }) => gain)) / points.length : 0;
  return Math.max(within, between);
}

function scaleOfPoint({ points }: GainCurve, model: string): string {
  const point = points.find(({ scale }) => scale === model);
  return scaleNameOf(model, point?.seed ?? null);
}
