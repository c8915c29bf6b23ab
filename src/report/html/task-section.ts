import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { formatPercent, formatSignificant, formatValue } from '../number-format.js';
import { evidenceInWords, thresholdInWords } from '../words.js';
import { anchorOf, classBadge, nameOf } from './answer.js';
import { escapeHtml, htmlTable } from './element.js';

/** One task: its chart, its evidence in words, its values, and what its other metrics say of the same answers. */
export function taskSection(
  curve: CurveAnalysis,
  { svg, others, isOpen }: { svg: string; others: readonly CurveAnalysis[]; isOpen: boolean },
): string {
  const words = evidenceInWords(curve)
    .map((sentence) => `<li>${escapeHtml(sentence)}</li>`)
    .join('');
  const id = anchorOf(curve);
  return `<details id="${id}"${isOpen ? ' open' : ''}>
<summary><h3>${escapeHtml(nameOf(curve))}</h3> ${classBadge(curve.class)} <span class="faint">${escapeHtml(thresholdInWords(curve))}</span></summary>
<div>
<div class="two">
<figure data-chart="${id}"><div class="drawing" role="img" aria-label="${escapeHtml(altText(curve))}">${svg}</div>
<figcaption>${escapeHtml(curve.metric)} with 95% intervals${curve.evidence.chance === null ? '' : '; dotted: a guess'}${curve.forecast.length === 0 ? '' : '; dashed: forecast with 90% interval'}.</figcaption></figure>
<ul>${words}</ul>
</div>
${valueTable(curve)}
${others.length === 0 ? '' : metricTable([curve, ...others])}
</div>
</details>`;
}

/** What the chart shows, for those who do not see it. */
export function altText(curve: CurveAnalysis): string {
  const values = curve.evidence.scales.map(({ scale, value }) => `${scale} ${formatValue(value)}`).join(', ');
  return `${nameOf(curve)}: ${curve.metric} by scale: ${values}. Class ${curve.class}${curve.threshold === null ? '' : `, threshold ${thresholdInWords(curve)}`}.`;
}

function valueTable(curve: CurveAnalysis): string {
  const rows = curve.evidence.scales.map(({ scale, x, value, ci95, n, seeds }) => [
    escapeHtml(scale),
    formatSignificant(x),
    formatValue(value),
    `${formatValue(ci95[0])} to ${formatValue(ci95[1])}`,
    n === null ? '' : String(n),
    seeds.length > 1 ? seeds.map(formatValue).join(', ') : '',
  ]);
  return htmlTable(['scale', curve.axis, curve.metric, '95% interval', 'samples', 'seeds'], rows, {
    caption: `${nameOf(curve)} by scale`,
    numeric: [1, 2, 3, 4, 5],
  });
}

function metricTable(curves: readonly CurveAnalysis[]): string {
  const rows = curves.map((curve) => [
    escapeHtml(curve.metric),
    ...[curve.evidence.scales[0], curve.evidence.scales.at(-1)].map((scale) =>
      scale === undefined ? '' : formatValue(scale.value),
    ),
    classBadge(curve.class),
    escapeHtml(thresholdInWords(curve)),
    curve.class === 'undecided' ? '' : formatPercent(curve.confidence),
  ]);
  return `<p class="small">The same answers under other metrics: a jump that only one of them shows is made by that metric.</p>${htmlTable(
    ['metric', 'smallest scale', 'largest scale', 'class', 'threshold', 'confidence'],
    rows,
    { caption: 'Metrics of the same answers', numeric: [1, 2, 5] },
  )}`;
}
