import type { Comparison, RunComparison } from '../analysis/compare-runs.js';
import { scaleNameOf } from '../analysis/scales.js';
import type { CompletedTrial } from '../domain/summary.js';
import { mean, median } from '../stats/moments.js';
import { changedCells, isBetter } from './compare-table.js';
import { formatSigned, formatSignificant } from './number-format.js';
import type { ReportSection } from './report-data.js';
import type { ReportNames } from './report-names.js';

/** What each precision costs in score against the first one, on the same samples; null where there is one precision only. */
export function precisionSection(
  comparisons: readonly RunComparison[],
  trials: readonly CompletedTrial[],
  names: ReportNames,
): ReportSection | null {
  const seeds = new Map(trials.map(({ model, seed }) => [model, seed]));
  const scaleOf = (model: string): string => names.scale(scaleNameOf(model, seeds.get(model) ?? null));
  const rows = comparisons.flatMap((comparison) => scaleRows(comparison, scaleOf));
  if (rows.length === 0) return null;
  return {
    id: 'precision',
    title: 'What other precisions change',
    paragraphs: [
      'The same samples at two precisions of the same models: mean difference over tasks (scores that are shares), tasks that differ for certain (McNemar or paired t, p < .05 after correction), the task that changes most, and speed.',
    ],
    header: ['scale', 'precision', 'tasks', 'mean difference', 'better', 'worse', 'largest change', 'speed'],
    numeric: [2, 3, 4, 5],
    rows,
  };
}

function scaleRows({ cells, speed }: RunComparison, scaleOf: (model: string) => string): string[][] {
  const scales = new Map<string, Comparison[]>();
  for (const cell of cells)
    scales.set(scaleOf(cell.model), [...(scales.get(scaleOf(cell.model)) ?? []), cell]);
  return [...scales].map(([scale, own]) => {
    const shares = own.filter(({ values }) => values.every((value) => value >= 0 && value <= 1));
    const changed = changedCells(own);
    const most = shares.reduce<Comparison | null>(
      (a, b) => (a === null || Math.abs(b.difference) > Math.abs(a.difference) ? b : a),
      null,
    );
    const ratios = speed.filter(({ model }) => scaleOf(model) === scale).map(({ ratio }) => ratio);
    return [
      scale,
      (own[0]?.precision ?? []).join(' to '),
      String(new Set(own.map(({ task, shots }) => `${task} ${shots}`)).size),
      shares.length === 0 ? '-' : formatSigned(mean(shares.map(({ difference }) => difference))),
      String(changed.filter(isBetter).length),
      String(changed.filter((cell) => !isBetter(cell)).length),
      most === null ? '-' : `${most.task} ${formatSigned(most.difference)}`,
      ratios.length === 0 ? '-' : `${formatSignificant(median(ratios))}x`,
    ];
  });
}
