import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { CLASSES } from '../../analysis/decide.js';
import { curveChart } from '../charts/curve-chart.js';
import { frontierChart } from '../charts/frontier-chart.js';
import { overviewChart, overviewRows } from '../charts/overview-chart.js';
import { compileChart, renderSvg, type ChartSpec } from '../charts/render-chart.js';
import { PAGE_THEME } from '../charts/theme.js';
import { costsByScale, frontierOf, type ScaleCost } from '../cost-table.js';
import { formatCount, formatSignificant, formatValue } from '../number-format.js';
import type { ReportData, ReportSection } from '../report-data.js';
import { primaryCurves } from '../table.js';
import { answerParagraph, answerTable, anchorOf, nameOf } from './answer.js';
import { escapeHtml, htmlTable, scriptJson } from './element.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { taskSection } from './task-section.js';

/** Tasks that stand unfolded when the page opens. */
const UNFOLDED = 1;

/**
 * The whole report as one HTML file. `vegaSource` is the text of Vega's browser build; the page loads nothing.
 * Charts are drawn into the page as SVG and become interactive where scripts run.
 */
export async function reportPage(data: ReportData, vegaSource: string): Promise<string> {
  const curves = primaryCurves(data.curves);
  const costs = costsByScale(data.trials);
  const charts = chartSpecs(curves, costs);
  const drawn = new Map<string, string>();
  for (const [name, spec] of charts) drawn.set(name, await renderSvg(spec));
  const compiled = Object.fromEntries([...charts].map(([name, spec]) => [name, compileChart(spec)]));
  const svg = (name: string): string => drawn.get(name) ?? '';
  const main = [
    answerParagraph(curves),
    answerTable(curves),
    overviewSection(curves, svg('overview')),
    costSection(costs, svg('frontier')),
    ...data.sections.map(tableSection),
    `<h2 id="tasks">Task by task</h2>`,
    ...curves.map((curve, i) =>
      taskSection(curve, {
        svg: svg(anchorOf(curve)),
        others: otherMetrics(curve, data.curves),
        isOpen: i < UNFOLDED,
      }),
    ),
    openQuestions(data, curves),
    provenanceSection(data),
  ];
  return document(data, main.join('\n'), { charts: compiled, rows: overviewRows(curves), vegaSource });
}

function chartSpecs(curves: readonly CurveAnalysis[], costs: readonly ScaleCost[]): Map<string, ChartSpec> {
  const charts = new Map<string, ChartSpec>();
  if (overviewRows(curves).length > 0) charts.set('overview', overviewChart(curves, { theme: PAGE_THEME }));
  const frontier = frontierOf(costs);
  if (frontier.length > 1) charts.set('frontier', frontierChart(frontier, { theme: PAGE_THEME }));
  for (const curve of curves) charts.set(anchorOf(curve), curveChart(curve, { theme: PAGE_THEME }));
  return charts;
}

function otherMetrics(curve: CurveAnalysis, all: readonly CurveAnalysis[]): CurveAnalysis[] {
  return all.filter(
    (other) =>
      other.family === curve.family &&
      other.task === curve.task &&
      other.shots === curve.shots &&
      other.metric !== curve.metric,
  );
}

function overviewSection(curves: readonly CurveAnalysis[], svg: string): string {
  if (svg === '') return '';
  const rows = new Map(overviewRows(curves).map((row) => [row.task, row.class]));
  const boxes = [...rows]
    .map(
      ([task, name]) =>
        `<label><input type="checkbox" checked data-task="${escapeHtml(task)}" data-class="${name}"> ${escapeHtml(task)}</label>`,
    )
    .join('\n');
  const present = CLASSES.filter((name) => [...rows.values()].includes(name));
  const buttons = ['all', ...present]
    .map((name) => `<button type="button" data-show="${name}">${name}</button>`)
    .join(' ');
  return `<h2 id="overview">All curves</h2>
<figure data-chart="overview"><div class="drawing" role="img" aria-label="Scores of all tasks by scale; the table above holds the values.">${svg}</div></figure>
<div class="controls" role="group" aria-label="Show only one class">${buttons}</div>
<details><summary>Choose tasks</summary><div><fieldset class="controls"><legend>Tasks shown</legend>${boxes}</fieldset></div></details>`;
}

function costSection(costs: readonly ScaleCost[], svg: string): string {
  if (costs.length === 0) return '';
  const optional = (value: number | null, unit = ''): string =>
    value === null ? '-' : `${formatSignificant(value)}${unit}`;
  const rows = costs.map((cost) => [
    escapeHtml(`${cost.model} ${cost.precision} ${cost.device}`),
    formatCount(cost.nParams),
    cost.score === null ? '-' : formatValue(cost.score),
    formatSignificant(cost.requestsPerSecond),
    formatSignificant(cost.promptTokensPerSecond),
    optional(cost.generatedTokensPerSecond),
    optional(cost.latencyP50Ms),
    optional(cost.latencyP90Ms),
    cost.peakRssBytes === null ? '-' : formatSignificant(cost.peakRssBytes / 2 ** 20),
    optional(cost.energyJ),
  ]);
  const header = [
    'scale',
    'parameters',
    'mean score',
    'requests/s',
    'prompt tok/s',
    'generated tok/s',
    'p50 ms',
    'p90 ms',
    'peak MiB',
    'energy J',
  ];
  const figure =
    svg === ''
      ? ''
      : `<figure data-chart="frontier"><div class="drawing" role="img" aria-label="Mean score against requests a second; the table holds the values.">${svg}</div><figcaption>The dashed line joins the scales that no other scale beats on both.</figcaption></figure>`;
  const isKnown = header.map((_, i) => i < 3 || rows.some((row) => row[i] !== '-'));
  const known = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => isKnown[i]);
  return `<h2 id="cost">What each scale costs</h2>
<p class="small">Rates are of one worker, medians over trials, load and warm-up excluded; latency is that of a batch; memory is the peak of the engine process, which several models may share.</p>
${figure}${htmlTable(known(header), rows.map(known), {
    caption: 'Cost by scale',
    numeric: known(header)
      .map((_, i) => i)
      .slice(1),
  })}`;
}

function tableSection({ id, title, paragraphs, header, rows }: ReportSection): string {
  const text = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('');
  const cells = rows.map((row) => row.map(escapeHtml));
  return `<h2 id="${id}">${escapeHtml(title)}</h2>${text}${rows.length === 0 ? '' : htmlTable(header, cells, { caption: title })}`;
}

function openQuestions({ trials }: ReportData, curves: readonly CurveAnalysis[]): string {
  const undecided = curves
    .filter((curve) => curve.class === 'undecided')
    .map((curve) => `<li>${escapeHtml(nameOf(curve))}: ${escapeHtml(curve.evidence.reason)}.</li>`);
  const ended = trials.flatMap((trial) =>
    trial.state === 'completed'
      ? []
      : [
          `<li>${escapeHtml(`${trial.model} on ${trial.task}`)} ${trial.state}: ${escapeHtml(trial.reason)}</li>`,
        ],
  );
  const all = [...undecided, ...ended];
  const text =
    all.length === 0
      ? '<p>Every curve has a class, and every trial was completed.</p>'
      : `<ul>${all.join('\n')}</ul>`;
  return `<h2 id="open">What could not be concluded</h2>${text}`;
}

function provenanceSection({ provenance }: ReportData): string {
  if (provenance.length === 0) return '';
  const rows = provenance.map(([name, value]) => [escapeHtml(name), escapeHtml(value)]);
  return `<h2 id="provenance">Provenance</h2>${htmlTable(['what', 'value'], rows, { caption: 'How this was made' })}`;
}

interface Embedded {
  readonly charts: Record<string, unknown>;
  readonly rows: readonly unknown[];
  readonly vegaSource: string;
}

function document(data: ReportData, main: string, { charts, rows, vegaSource }: Embedded): string {
  const title = escapeHtml(data.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
<header><div><h1>${title}</h1><p class="small faint">${escapeHtml(data.startedAt ?? '')}</p></div><button type="button" id="theme" hidden>Light or dark</button></header>
<main id="main">
${main}
</main>
<footer class="small faint">Made by scalesweep. Methods and their sources: docs/method.md.</footer>
<div id="tip" role="status"></div>
<script type="application/json" id="charts">${scriptJson(charts)}</script>
<script type="application/json" id="overview-rows">${scriptJson(rows)}</script>
<script>${vegaSource.replaceAll('</script', '<\\/script')}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
