import type { Kept } from '../analysis/keep.js';
import { frontierOf, type ScaleCost } from './cost-table.js';
import type { ReportSection } from './report-data.js';
import type { ReportNames } from './report-names.js';
import { formatCount, formatPercent, formatSigned, formatSignificant } from './number-format.js';

/** Names of the columns of the table of smallest models. */
export const KEEP_HEADER = [
  'task',
  'class',
  'reference',
  'smallest that keeps it',
  'too small',
  'difference',
  'speed',
  'memory',
  'energy',
  'on the frontier',
] as const;

/** One row a task: the smallest model that keeps it, and how much faster and smaller it is than the reference. */
export function keepRows(kept: readonly Kept[], costs: readonly ScaleCost[]): string[][] {
  const frontier = frontierOf(costs);
  return kept.map((entry) => {
    const small = costs.find(({ model }) => model === entry.smallest);
    const large = costs.find(({ model }) => model === entry.reference);
    const faster =
      small === undefined || large === undefined || large.requestsPerSecond === 0
        ? null
        : small.requestsPerSecond / large.requestsPerSecond;
    return [
      entry.shots > 0 ? `${entry.task} ${entry.shots}-shot` : entry.task,
      entry.class,
      entry.reference,
      entry.smallest ?? `none: ${entry.reason}`,
      entry.failing ?? '-',
      entry.difference === null
        ? '-'
        : `${formatSigned(entry.difference.value)} (${formatSigned(entry.difference.lo)} to ${formatSigned(entry.difference.hi)})`,
      faster === null
        ? '-'
        : `${formatSignificant(faster)}x (${formatCount(small?.requestsPerSecond ?? 0)}/s)`,
      small?.peakRssBytes === null || small === undefined
        ? '-'
        : `${formatSignificant(small.peakRssBytes / 2 ** 20)} MiB`,
      typeof small?.joulesPerToken === 'number' ? `${formatSignificant(small.joulesPerToken)} J/token` : '-',
      standingOf(entry.smallest, frontier),
    ];
  });
}

/** Whether no other scale is both better on average and faster; a dash where nothing was measured. */
function standingOf(scale: string | null, frontier: ReturnType<typeof frontierOf>): string {
  const found = frontier.find((row) => row.scale === scale);
  if (found === undefined) return '-';
  return found.isOnFrontier ? 'yes' : 'no';
}

/** The same for a terminal, with the sentence that says what was asked. */
export function keepTable(kept: readonly Kept[], costs: readonly ScaleCost[]): string {
  const share = kept[0]?.share ?? 0;
  const rows: (readonly string[])[] = [KEEP_HEADER, ...keepRows(kept, costs)];
  const widths = KEEP_HEADER.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `The smallest model that keeps ${formatPercent(share)} of the reference's gain over a guess:\n\n${lines.join('\n')}\n`;
}

/** The same as a section of the report; null where there is nothing to keep. */
export function keepSection(
  kept: readonly Kept[],
  costs: readonly ScaleCost[],
  names: ReportNames,
): ReportSection | null {
  const [first] = kept;
  if (first === undefined) return null;
  const kind = KEEP_HEADER.indexOf('reference');
  const rows = keepRows(kept, costs).map((cells, i) => {
    const entry = kept[i] ?? first;
    const own = [...cells];
    own[0] = names.task(entry);
    own[3] =
      entry.smallest === null ? 'none: the reference is no better than a guess' : names.scale(entry.smallest);
    own[4] = entry.failing === null ? '-' : names.scale(entry.failing);
    return own.filter((_, column) => column !== kind);
  });
  return {
    id: 'keep',
    title: 'The smallest model that keeps each ability',
    paragraphs: [
      `A scale keeps an ability when it and every larger one stay within ${formatPercent(1 - first.share)} of the gain over a guess that ${[...new Set(kept.map(({ reference }) => reference))].join(', ')} has (one-sided 95% bound of the paired difference). Speed is against that reference.`,
    ],
    header: KEEP_HEADER.filter((_, column) => column !== kind),
    rows,
  };
}
