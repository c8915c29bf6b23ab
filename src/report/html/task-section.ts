import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { formatCount, formatPercent, formatValue } from '../number-format.js';
import type { ItemFlips } from '../../analysis/item-flips.js';
import type { FlipExamples } from '../report-data.js';
import { anchorOf, type ReportNames } from '../report-names.js';
import { evidenceInWords, thresholdInWords } from '../words.js';
import { classBadge } from './class-badge.js';
import { escapeHtml, htmlTable } from './element.js';
import { flipTable } from './flip-table.js';

/** What a task's section is made of beside its curve. */
export interface TaskParts {
  /** Draws a chart by name. */
  readonly figureOf: (name: string) => string;
  readonly others: readonly CurveAnalysis[];
  readonly flips: readonly ItemFlips[];
  readonly examples: FlipExamples | null;
  readonly names: ReportNames;
  readonly isOpen: boolean;
}

/** One task: its chart, its evidence in words, its values, its other metrics, and the samples that flip between scales. */
export function taskSection(curve: CurveAnalysis, parts: TaskParts): string {
  const { figureOf, names } = parts;
  const words = evidenceInWords(curve, names.scale)
    .map((sentence) => `<li>${escapeHtml(sentence)}</li>`)
    .join('');
  const id = anchorOf(curve);
  return `<details id="${id}" class="task"${parts.isOpen ? ' open' : ''} style="--curve: var(--class-${curve.class})">
<summary><h3>${escapeHtml(names.task(curve))}</h3> ${classBadge(curve.class)} <span class="faint">${escapeHtml(thresholdInWords(curve, names.scale))}</span></summary>
<div>
<div class="two">${figureOf(id)}<ul>${words}</ul></div>
${valueTable(curve, names)}
${metricSection(curve, parts)}
${flipTable(parts.flips, parts.examples, names)}
</div>
</details>`;
}

function valueTable(curve: CurveAnalysis, names: ReportNames): string {
  const { scales } = curve.evidence;
  const rows = scales.map(({ scale, x, value, ci95, n, seeds }) => [
    escapeHtml(names.scale(scale)),
    curve.axis === 'bits-per-byte' ? formatValue(x) : formatCount(x),
    formatValue(value),
    `${formatValue(ci95[0])} to ${formatValue(ci95[1])}`,
    n === null ? '' : String(n),
    seeds.length > 1 ? seeds.map(formatValue).join(', ') : '',
  ]);
  const header = ['scale', curve.axis, curve.metric, '95% interval', 'samples', 'seeds'];
  const table = htmlTable(header, rows, {
    caption: `${names.task(curve)} by scale`,
    numeric: [1, 2, 3, 4, 5],
  });
  return `<details class="inner"><summary>Values by scale</summary>${table}</details>`;
}

function metricSection(curve: CurveAnalysis, { others, figureOf, names }: TaskParts): string {
  if (others.length === 0) return '';
  const rows = [curve, ...others].map((own) => [
    escapeHtml(own.metric),
    ...[own.evidence.scales[0], own.evidence.scales.at(-1)].map((scale) =>
      scale === undefined ? '' : formatValue(scale.value),
    ),
    classBadge(own.class),
    escapeHtml(thresholdInWords(own, names.scale)),
    own.class === 'undecided' ? '' : formatPercent(own.confidence),
  ]);
  const table = htmlTable(['metric', 'first', 'last', 'class', 'threshold', 'confidence'], rows, {
    caption: 'Metrics of the same answers, at the first scale and at the last',
    numeric: [1, 2, 5],
  });
  return `<h4>Is it the metric?</h4>
<p>${escapeHtml(verdictSentence(curve))}</p>
<div class="two">${figureOf(`metrics-${anchorOf(curve)}`)}${table}</div>`;
}

/** The verdict in one sentence; its reasons stand among the evidence. */
function verdictSentence({ class: name, evidence }: CurveAnalysis): string {
  if (name !== 'emergent')
    return 'Only a sudden rise can be made by the metric; the others are shown beside it.';
  switch (evidence.metricVerdict) {
    case 'robust':
      return 'Robust: a continuous metric of the same answers jumps as well.';
    case 'metric-made':
      return 'Metric-made: a continuous metric of the same answers rises steadily, from smaller scales on.';
    case 'resolution-limited':
      return 'Resolution-limited: continuous metrics rise where exact answers are still too rare to be counted.';
    case 'product of sub-tasks':
      return 'A product of sub-tasks: many steps, each of which grows steadily, must all be right.';
    case null:
      return 'Not settled: no continuous metric of the same answers says whether the jump is made by this one.';
  }
}
