import type { Comparison } from '../analysis/compare-runs.js';
import { mannWhitneyP } from '../stats/mann-whitney.js';
import { quantile } from '../stats/moments.js';
import { formatSignificant, formatValue } from './number-format.js';

/** Names of the columns of a comparison. */
export const COMPARE_HEADER = [
  'model',
  'task',
  'metric',
  'A',
  'B',
  'B - A (95%)',
  'flips',
  'p',
  'speed B/A',
] as const;

/** Differences below this share of the speed are told from noise by no run. */
const NOISE_FLOOR = 0.05;

/** One row a cell; `p` is corrected over all of them. */
export function compareRows(cells: readonly Comparison[]): string[][] {
  return cells.map((cell) => [
    cell.model,
    cell.shots > 0 ? `${cell.task} ${cell.shots}-shot` : cell.task,
    cell.metric,
    formatValue(cell.values[0]),
    formatValue(cell.values[1]),
    `${signed(cell.difference)} (${signed(cell.ci95[0])} to ${signed(cell.ci95[1])})`,
    cell.nPaired === 0 ? 'unpaired' : `+${cell.flips[0]} -${cell.flips[1]} of ${cell.nPaired}`,
    cell.p < 0.001 ? '<.001' : formatValue(cell.p),
    cell.speedRatio === null ? '-' : `${formatSignificant(cell.speedRatio)}x`,
  ]);
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${formatValue(Math.abs(value))}`;

/** The comparison for a terminal: a sentence on scores, a sentence on speed, and the table. */
export function compareTable(cells: readonly Comparison[]): string {
  const rows: (readonly string[])[] = [COMPARE_HEADER, ...compareRows(cells)];
  const widths = COMPARE_HEADER.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${scoreSentence(cells)}\n${speedSentence(cells)}\n\n${lines.join('\n')}\n`;
}

function scoreSentence(cells: readonly Comparison[]): string {
  const surely = cells.filter(({ p }) => p < 0.05);
  if (surely.length === 0)
    return `No score differs by more than its noise, over ${cells.length} trials in both runs.`;
  const better = surely.filter(({ difference }) => difference > 0).length;
  return `Of ${cells.length} trials in both runs, B scores higher in ${better} and lower in ${surely.length - better} (p < .05 after correction).`;
}

function speedSentence(cells: readonly Comparison[]): string {
  const ratios = cells.flatMap(({ speedRatio }) => (speedRatio === null ? [] : [speedRatio]));
  if (ratios.length === 0) return 'Speed was not measured in both.';
  const middle = quantile(ratios, 0.5);
  const range = `median ${formatSignificant(middle)}x, quartiles ${formatSignificant(quantile(ratios, 0.25))} to ${formatSignificant(quantile(ratios, 0.75))}`;
  const logs = ratios.map(Math.log);
  // Ratios of one machine to itself scatter around 1: the test asks whether they lie to one side of their mirror image.
  const p = mannWhitneyP(
    logs,
    logs.map((value) => -value),
  );
  if (Math.abs(middle - 1) < NOISE_FLOOR || p >= 0.05) return `Speed is the same within noise (${range}).`;
  return `B is ${middle > 1 ? 'faster' : 'slower'} (${range}; rank test p ${p < 0.001 ? 'below .001' : formatValue(p)}).`;
}
