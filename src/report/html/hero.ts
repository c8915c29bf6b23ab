import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { CLASSES, type CurveClass } from '../../analysis/decide.js';
import { frontierOf, settingOf, type ScaleCost } from '../cost-table.js';
import { formatCount, formatPercent, formatSignificant, formatValue } from '../number-format.js';
import { anchorOf, type ReportNames } from '../report-names.js';
import { thresholdInWords } from '../words.js';
import { classBadge } from './class-badge.js';
import { escapeHtml, htmlTable } from './element.js';

/** The first screen: what each task does, where abilities appear, and what each scale costs. */
export function heroSection(
  curves: readonly CurveAnalysis[],
  costs: readonly ScaleCost[],
  { names, frontier }: { names: ReportNames; frontier: string },
): string {
  if (curves.length === 0)
    return '<section id="answer"><p class="answer">No trial has been completed yet.</p></section>';
  return `<section id="answer" class="hero">
<div>
<h2>Which abilities appear where</h2>
${classTiles(curves)}
${emergenceTable(curves, names)}
${otherClasses(curves, names)}
</div>
${costs.length === 0 ? '' : `<div><h2>What each scale costs</h2>${costPanel(costs, names)}${frontier}</div>`}
</section>`;
}

function classTiles(curves: readonly CurveAnalysis[]): string {
  const tiles = CLASSES.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).flatMap((name) => {
    const count = curves.filter((curve) => curve.class === name).length;
    return count === 0 ? [] : [`<li><b>${count}</b> ${classBadge(name)}</li>`];
  });
  return `<ul class="tiles" aria-label="Tasks by class">${tiles.join('')}</ul>`;
}

const ORDER: readonly CurveClass[] = [
  'emergent',
  'smooth',
  'u-shaped',
  'inverted-u',
  'inverse',
  'flat',
  'undecided',
];

/** Emergent tasks by the bracket in which they leave their floor, brackets in order of scale. */
function emergenceTable(curves: readonly CurveAnalysis[], names: ReportNames): string {
  const brackets = new Map<string, { place: number; tasks: string[] }>();
  for (const curve of curves) {
    if (curve.class !== 'emergent' || curve.threshold === null) continue;
    const at = (name: string | null): number =>
      curve.evidence.scales.findIndex(({ scale }) => scale === name);
    const place = 1000 * at(curve.threshold.atMost) + at(curve.threshold.above);
    const bracket = thresholdInWords(curve, names.scale);
    const tasks = [...(brackets.get(bracket)?.tasks ?? []), taskLink(curve, names)];
    brackets.set(bracket, { place, tasks });
  }
  if (brackets.size === 0) return '';
  const rows = [...brackets]
    .sort(([, a], [, b]) => a.place - b.place)
    .map(([bracket, { tasks }]) => [escapeHtml(bracket), tasks.join(', ')]);
  return htmlTable(['appears in', 'abilities'], rows, {
    caption: 'Emergent abilities: missing at the first scale of a bracket, there from its last on',
    wrap: [1],
  });
}

function otherClasses(curves: readonly CurveAnalysis[], names: ReportNames): string {
  const lines = ORDER.filter((name) => name !== 'emergent').flatMap((name) => {
    const own = curves.filter((curve) => curve.class === name);
    if (own.length === 0) return [];
    return [`<p>${classBadge(name)} ${own.map((curve) => taskLink(curve, names)).join(', ')}</p>`];
  });
  return `<div class="others">${lines.join('')}</div>`;
}

function taskLink(curve: CurveAnalysis, names: ReportNames): string {
  return `<a href="#${anchorOf(curve)}">${escapeHtml(names.task(curve))}</a>`;
}

function costPanel(costs: readonly ScaleCost[], names: ReportNames): string {
  const onFrontier = new Set(
    frontierOf(costs)
      .filter(({ isOnFrontier }) => isOnFrontier)
      .map(({ scale, setting }) => `${scale} ${setting}`),
  );
  const settings = new Set(costs.map(settingOf));
  const hasEnergy = costs.some(({ energyJ }) => energyJ !== null);
  const rows = costs.map((cost) => [
    escapeHtml(`${names.scale(cost.model)}${settings.size > 1 ? ` ${settingOf(cost)}` : ''}`),
    cost.score === null ? '-' : scoreBar(cost.score),
    `${formatCount(cost.requestsPerSecond)}${onFrontier.has(`${cost.model} ${settingOf(cost)}`) ? ' <span title="on the frontier" class="dot">●</span>' : ''}`,
    cost.peakRssBytes === null ? '-' : `${formatSignificant(cost.peakRssBytes / 2 ** 20)} MiB`,
    ...(hasEnergy ? [cost.energyJ === null ? '-' : `${formatSignificant(cost.energyJ)} J`] : []),
  ]);
  const header = ['scale', 'mean score', 'requests/s', 'peak memory', ...(hasEnergy ? ['energy'] : [])];
  return `<p class="answer">${escapeHtml(frontierSentence(costs, names))}</p>${htmlTable(header, rows, {
    caption: 'Score and cost by scale; ● no other scale is both better and faster',
    numeric: [2, 3, 4],
  })}`;
}

function scoreBar(score: number): string {
  return `<span class="bar" style="--share: ${(100 * score).toFixed(1)}%">${formatValue(score)}</span>`;
}

/** The smallest scale that has nine tenths of the best mean score, and how much faster it is than the best. */
function frontierSentence(costs: readonly ScaleCost[], names: ReportNames): string {
  if (new Set(costs.map(({ nParams }) => nParams)).size === 1)
    return 'All models have one size: what they cost differs by noise only.';
  const scored = costs.filter((cost): cost is ScaleCost & { score: number } => cost.score !== null);
  const best = scored.reduce<(typeof scored)[number] | undefined>(
    (a, b) => (a === undefined || b.score > a.score ? b : a),
    undefined,
  );
  const enough = scored.find(({ score }) => best !== undefined && score >= 0.9 * best.score);
  if (best === undefined || enough === undefined)
    return 'No mean score compares the scales: their trials differ.';
  if (enough === best)
    return `${names.scale(best.model)} scores best; no smaller scale has 90% of its mean score.`;
  const faster = enough.requestsPerSecond / best.requestsPerSecond;
  return `The smallest scale with 90% of the best mean score is ${names.scale(enough.model)}: ${formatPercent(enough.score / best.score)} of that of ${names.scale(best.model)}, at ${formatSignificant(faster)} times its speed.`;
}
