import type { GainCurve } from '../analysis/gain.js';
import { formatValue } from './number-format.js';
import type { ReportSection } from './report-data.js';

/** The gains by scale as a section of the report, a row a pair; null where nothing was asked in two ways. */
export function gainSection(gains: readonly GainCurve[]): ReportSection | null {
  const [first] = gains;
  if (first === undefined) return null;
  return {
    id: 'gain',
    title: 'What more shots and written steps add',
    paragraphs: [
      'The gain of the second way of asking over the first, with 95% intervals. A gain counts from the scale where it is above 0 for certain and stays so.',
    ],
    header: ['from', 'to', 'metric', 'gain by scale', 'positive from'],
    rows: gains.map(({ from, to, metric, points, positiveFrom }) => [
      from,
      to,
      metric,
      points
        .map(
          ({ scale, gain, ci95 }) => `${scale}: ${signed(gain)} (${signed(ci95[0])} to ${signed(ci95[1])})`,
        )
        .join('; '),
      positiveFrom ?? 'no scale',
    ]),
  };
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${formatValue(Math.abs(value))}`;
