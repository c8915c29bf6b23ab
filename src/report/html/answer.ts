import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { curvesByFamily } from '../curve-groups.js';
import { formatPercent, formatValue } from '../number-format.js';
import { anchorOf, type ReportNames } from '../report-names.js';
import { thresholdInWords } from '../words.js';
import { classBadge } from './class-badge.js';
import { escapeHtml, htmlTable } from './element.js';

/** The table that the terminal prints, with links: values by scale, class, threshold. */
export function answerTable(curves: readonly CurveAnalysis[], names: ReportNames): string {
  return curvesByFamily(curves)
    .map((group) => groupTable(group, names))
    .join('\n');
}

function groupTable(curves: readonly CurveAnalysis[], names: ReportNames): string {
  const [first] = curves;
  if (first === undefined) return '';
  const scales = first.evidence.scales.map(({ scale }) => scale);
  const rows = curves.map((curve) => [
    `<a href="#${anchorOf(curve)}">${escapeHtml(names.task(curve))}</a>`,
    ...curve.evidence.scales.map((scale) => heatCell(scale, curve)),
    classBadge(curve.class),
    escapeHtml(thresholdInWords(curve, names.scale)),
    curve.class === 'undecided' ? '' : formatPercent(curve.confidence),
  ]);
  return htmlTable([first.family, ...scales.map(names.scale), 'class', 'threshold', 'confidence'], rows, {
    caption: `Scores of ${first.family} by scale; a star marks seeds that differ by more than 10 points`,
    numeric: [...scales.map((_, i) => i + 1), scales.length + 3],
  });
}

function heatCell(
  { value, seeds }: CurveAnalysis['evidence']['scales'][number],
  curve: CurveAnalysis,
): string {
  const share = value >= 0 && value <= 1 ? Math.round(40 * value) : 0;
  const star = seeds.length > 1 && Math.max(...seeds) - Math.min(...seeds) > 0.1 ? '*' : '';
  const title = seeds.length > 1 ? ` title="seeds: ${seeds.map(formatValue).join(', ')}"` : '';
  return `<span class="heat heat-${curve.class}"${title} style="--heat: ${share}%">${formatValue(value)}${star}</span>`;
}
