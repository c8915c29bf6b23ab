import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { formatValue } from './number-format.js';
import { shorten, shortenerOf } from './short-names.js';
import { verdictInWords } from './words.js';

/** Columns of the terminal that a table may fill. */
export interface TableOptions {
  readonly width?: number;
}

interface Row {
  readonly label: string;
  readonly values: readonly string[];
  readonly verdict: string;
}

/**
 * The answer of a run as text: one row a task and number of shots, its values by scale, its class and threshold.
 * Where a scale has several seeds their mean is marked `*` when they differ by more than 10 points.
 */
export function curveTable(curves: readonly CurveAnalysis[], { width = 120 }: TableOptions = {}): string {
  const blocks = groupBy(primaryCurves(curves), (curve) =>
    JSON.stringify([curve.family, curve.evidence.scales.map(({ scale }) => scale)]),
  );
  return blocks.map((block) => renderBlock(block, width)).join('\n');
}

/** One curve for every family, task and number of shots: the metric that the task is judged by comes first. */
export function primaryCurves(curves: readonly CurveAnalysis[]): CurveAnalysis[] {
  const key = ({ family, task, shots, axis }: CurveAnalysis): string =>
    JSON.stringify([family, task, shots, axis]);
  const first = new Map<string, CurveAnalysis>();
  for (const curve of curves) if (!first.has(key(curve))) first.set(key(curve), curve);
  return [...first.values()].sort((a, b) => compareTasks(a.task, b.task) || a.shots - b.shots);
}

/** Chain-of-thought tasks stand beside their direct twins: by name without the ending that says which it is. */
function compareTasks(a: string, b: string): number {
  const stem = (task: string): string => task.replace(/[_-](cot|direct|steps)$/i, '');
  return stem(a).localeCompare(stem(b)) || a.localeCompare(b);
}

function renderBlock(curves: readonly CurveAnalysis[], width: number): string {
  const [first] = curves;
  if (first === undefined) return '';
  const severalShots =
    new Set(curves.map(({ task, shots }) => `${task} ${shots}`)).size >
    new Set(curves.map(({ task }) => task)).size;
  const tasks = shorten(curves.map(({ task }) => task));
  const scales = first.evidence.scales.map(({ scale }) => scale);
  const nameOf = shortenerOf(scales);
  const rows: Row[] = curves.map((curve, index) => ({
    label: `${tasks[index] ?? curve.task}${severalShots ? ` ${curve.shots}-shot` : ''}`,
    values: curve.evidence.scales.map(valueCell),
    verdict: verdictInWords(curve, nameOf),
  }));
  const heading: Row = { label: first.family, values: scales.map(nameOf), verdict: 'class (threshold)' };
  return layOut([heading, ...rows], width);
}

/** Seeds of one scale that differ by more than this are told apart from a settled value. */
const SEED_SPREAD = 0.1;

function valueCell({ value, seeds }: CurveAnalysis['evidence']['scales'][number]): string {
  const spread = Math.max(...seeds) - Math.min(...seeds);
  return `${formatValue(value)}${seeds.length > 1 && spread > SEED_SPREAD ? '*' : ''}`;
}

function layOut(rows: readonly Row[], width: number): string {
  const labelWidth = Math.min(34, Math.max(...rows.map(({ label }) => label.length)));
  const columns = Math.max(...rows.map(({ values }) => values.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map(({ values }) => values[i]?.length ?? 0)),
  );
  return rows
    .map(({ label, values, verdict }) => {
      const cells = widths.map((cell, i) => (values[i] ?? '').padStart(cell)).join(' ');
      return `${clip(label, labelWidth).padEnd(labelWidth)}  ${cells}  ${verdict}`
        .slice(0, Math.max(width, 60))
        .trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
}

function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}
