import type { Comparison, RunComparison } from '../analysis/compare-runs.js';
import type { SpeedComparison } from '../analysis/compare-speed.js';
import { formatPercent, formatSigned, formatSignificant, formatValue } from './number-format.js';

/** Names of the columns of a comparison of scores. */
export const COMPARE_HEADER = [
  'model',
  'task',
  'metric',
  'A',
  'B',
  'B - A (95%)',
  'up and down',
  'test',
  'p',
] as const;

/** Names of the columns of a comparison of speed. */
export const SPEED_HEADER = [
  'model',
  'A',
  'B',
  'trials',
  'batches',
  'speed B/A',
  'noise floor',
  'p',
  'verdict',
] as const;

const ALPHA = 0.05;

/** One row a cell; `p` is corrected over all of them. */
export function compareRows(cells: readonly Comparison[]): string[][] {
  return cells.map((cell) => [
    cell.model,
    cell.shots > 0 ? `${cell.task} ${cell.shots}-shot` : cell.task,
    cell.metric,
    formatValue(cell.values[0]),
    formatValue(cell.values[1]),
    `${formatSigned(cell.difference)} (${formatSigned(cell.ci95[0])} to ${formatSigned(cell.ci95[1])})`,
    cell.nPaired === 0 ? 'not paired' : `+${cell.flips[0]} -${cell.flips[1]} of ${cell.nPaired}`,
    cell.test,
    formatP(cell.p),
  ]);
}

/** One row a model. */
export function speedRows(speed: readonly SpeedComparison[]): string[][] {
  return speed.map((one) => [
    one.model,
    `${one.precision[0]} ${one.device[0]}`,
    `${one.precision[1]} ${one.device[1]}`,
    String(one.nTrials),
    `${one.nBatches[0]} and ${one.nBatches[1]}`,
    `${formatSignificant(one.ratio)}x`,
    `${formatSignificant(100 * one.noiseFloor)}%`,
    formatP(one.p),
    one.verdict,
  ]);
}

const formatP = (p: number): string => (p < 0.001 ? '<.001' : p.toFixed(3).replace(/^0/, ''));

/** The cells whose scores differ by more than their noise. */
export function changedCells(cells: readonly Comparison[]): Comparison[] {
  return cells.filter(({ p }) => p < ALPHA);
}

/** True where the second run scores better. */
export function isBetter({ difference, higherIsBetter }: Comparison): boolean {
  return difference > 0 === higherIsBetter;
}

/** What a comparison comes to, a sentence each: scores, speed, and what only one run has. */
export function compareSentences({ cells, speed, unmatched }: RunComparison): string[] {
  const [onlyA, onlyB] = unmatched;
  return [
    scoreSentence(cells),
    speedSentence(speed),
    ...(onlyA + onlyB === 0 ? [] : [`Left out: ${onlyA} trials that only A has, ${onlyB} that only B has.`]),
  ];
}

/** The comparison for a terminal: its sentences, the cells that differ (or all of them), and speed by model. */
export function compareTable(comparison: RunComparison, showsAll = false): string {
  const { cells, speed } = comparison;
  const shown = showsAll ? cells : changedCells(cells);
  return [
    `${compareSentences(comparison).join('\n')}\n`,
    shown.length === 0 ? '' : textTable(COMPARE_HEADER, compareRows(shown)),
    speed.length === 0 ? '' : textTable(SPEED_HEADER, speedRows(speed)),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function scoreSentence(cells: readonly Comparison[]): string {
  const surely = changedCells(cells);
  if (surely.length === 0)
    return `No score differs by more than its noise, over ${cells.length} trials in both runs.`;
  const better = surely.filter(isBetter).length;
  return `Of ${cells.length} trials in both runs, B is better in ${better} and worse in ${surely.length - better} (p < .05 after correction).`;
}

function speedSentence(speed: readonly SpeedComparison[]): string {
  if (speed.length === 0) return 'Speed was not measured in both.';
  const count = (verdict: SpeedComparison['verdict']): number =>
    speed.filter((one) => one.verdict === verdict).length;
  const [faster, slower] = [count('faster'), count('slower')];
  const floors = speed.map(({ noiseFloor }) => noiseFloor);
  const noise = `noise floors of ${formatPercent(Math.min(...floors))} to ${formatPercent(Math.max(...floors))}`;
  return faster + slower === 0
    ? `Speed is the same within noise for all ${speed.length} models (${noise}).`
    : `B is faster for ${faster} and slower for ${slower} of ${speed.length} models (p < .05 after correction, and above ${noise}).`;
}
