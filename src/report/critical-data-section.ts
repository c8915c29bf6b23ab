import type { CriticalData } from '../analysis/critical-data.js';
import { formatCount, formatValue } from './number-format.js';
import type { ReportSection } from './report-data.js';
import type { ReportNames } from './report-names.js';

/** How much data each task takes before it is generalised; null where no family varies its data. */
export function criticalDataSection(
  found: readonly CriticalData[],
  names: ReportNames,
): ReportSection | null {
  if (found.length === 0) return null;
  return {
    id: 'data',
    title: 'How much data a task takes',
    paragraphs: [
      'Models of one size trained on more and more distinct examples. The bracket is where the score leaves its floor; half of the gain is made at the amount beside it, with a 95% interval.',
    ],
    header: [
      'task',
      'metric',
      'parameters',
      'class',
      'leaves its floor in',
      'half of the gain at',
      'first',
      'last',
    ],
    numeric: [2, 6, 7],
    rows: found.map((data) => [
      names.task(data),
      data.metric,
      formatCount(data.nParams),
      data.class,
      bracketOf(data),
      halfOf(data),
      formatValue(data.points[0]?.value ?? Number.NaN),
      formatValue(data.points.at(-1)?.value ?? Number.NaN),
    ]),
  };
}

function bracketOf({ threshold }: CriticalData): string {
  if (threshold === null) return '-';
  const { above, atMost } = threshold;
  return above === null
    ? `at most ${formatCount(atMost)}`
    : `(${formatCount(above)}, ${formatCount(atMost)}]`;
}

function halfOf({ half }: CriticalData): string {
  return half === null
    ? '-'
    : `${formatCount(half.examples)} (${formatCount(half.lo)} to ${formatCount(half.hi)})`;
}
