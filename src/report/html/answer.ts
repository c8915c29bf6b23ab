import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { CLASSES, type CurveClass } from '../../analysis/decide.js';
import { formatPercent, formatValue } from '../number-format.js';
import { shortenerOf } from '../short-names.js';
import { thresholdInWords } from '../words.js';
import { escapeHtml, htmlTable } from './element.js';

/** The anchor of a curve's own section. */
export function anchorOf({ family, task, shots }: CurveAnalysis): string {
  return `task-${[family, task, shots].join('-').replaceAll(/[^A-Za-z0-9_-]+/g, '-')}`;
}

/** The class as a coloured word. */
export function classBadge(name: CurveClass): string {
  return `<span class="class class-${name}">${name}</span>`;
}

/** The answer in one paragraph: how many tasks do what, and where the emergent ones appear. */
export function answerParagraph(curves: readonly CurveAnalysis[]): string {
  if (curves.length === 0) return '<p class="answer">No trial has been completed yet.</p>';
  const counts = CLASSES.map(
    (name) => [name, curves.filter((curve) => curve.class === name).length] as const,
  ).filter(([, count]) => count > 0);
  const parts = counts.map(([name, count]) => `${count} ${classBadge(name)}`);
  const emergent = curves
    .filter((curve) => curve.class === 'emergent' && curve.threshold !== null)
    .map(
      (curve) =>
        `<a href="#${anchorOf(curve)}">${escapeHtml(nameOf(curve))}</a> in ${escapeHtml(thresholdInWords(curve, scaleNamesOf(curve)))}`,
    );
  const where = emergent.length === 0 ? '' : ` Abilities appear suddenly: ${emergent.join('; ')}.`;
  return `<p class="answer">${curves.length} ${curves.length === 1 ? 'curve' : 'curves'}: ${parts.join(', ')}.${where}</p>`;
}

/** Task, with shots where it has some. */
export function nameOf({ task, shots }: CurveAnalysis): string {
  return shots > 0 ? `${task}, ${shots} shots` : task;
}

/** Short names of a curve's scales, which stand beside the family's name. */
function scaleNamesOf({ evidence }: CurveAnalysis): (scale: string) => string {
  return shortenerOf(evidence.scales.map(({ scale }) => scale));
}

/** The table that the terminal prints, with links: values by scale, class, threshold. */
export function answerTable(curves: readonly CurveAnalysis[]): string {
  const groups = new Map<string, CurveAnalysis[]>();
  for (const curve of curves) {
    const key = JSON.stringify([curve.family, curve.evidence.scales.map(({ scale }) => scale)]);
    groups.set(key, [...(groups.get(key) ?? []), curve]);
  }
  return [...groups.values()].map(groupTable).join('\n');
}

function groupTable(curves: readonly CurveAnalysis[]): string {
  const [first] = curves;
  if (first === undefined) return '';
  const scales = first.evidence.scales.map(({ scale }) => scale);
  const scaleName = scaleNamesOf(first);
  const taskName = shortenerOf(curves.map(nameOf));
  const rows = curves.map((curve) => [
    `<a href="#${anchorOf(curve)}">${escapeHtml(taskName(nameOf(curve)))}</a>`,
    ...curve.evidence.scales.map((scale) => heatCell(scale, curve)),
    classBadge(curve.class),
    escapeHtml(thresholdInWords(curve, scaleName)),
    curve.class === 'undecided' ? '' : formatPercent(curve.confidence),
  ]);
  return htmlTable([first.family, ...scales.map(scaleName), 'class', 'threshold', 'confidence'], rows, {
    caption: `Scores of ${first.family} by scale; a star marks seeds that differ by more than 10 points`,
    numeric: [...scales.map((_, i) => i + 1), scales.length + 3],
  });
}

function heatCell(
  { value, seeds }: CurveAnalysis['evidence']['scales'][number],
  curve: CurveAnalysis,
): string {
  const share = value >= 0 && value <= 1 ? Math.round(45 * value) : 0;
  const star = seeds.length > 1 && Math.max(...seeds) - Math.min(...seeds) > 0.1 ? '*' : '';
  const title = seeds.length > 1 ? ` title="seeds: ${seeds.map(formatValue).join(', ')}"` : '';
  return `<span class="heat"${title} style="background: color-mix(in srgb, var(--class-${curve.class}) ${share}%, transparent)">${formatValue(value)}${star}</span>`;
}
