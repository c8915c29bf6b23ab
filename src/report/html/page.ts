import type { Spec } from 'vega';
import type { CurveAnalysis } from '../../analysis/curve-analysis.js';
import { AXES, type Axis } from '../../analysis/points.js';
import { overviewRows } from '../charts/overview-chart.js';
import { compileChart, renderSvg } from '../charts/render-chart.js';
import { PAGE_THEME } from '../charts/theme.js';
import { costsByScale } from '../cost-table.js';
import { otherMetrics } from '../curve-groups.js';
import { subtitleOf } from '../subtitle.js';
import { reportCharts } from '../report-charts.js';
import type { ReportData } from '../report-data.js';
import { anchorOf, namesOf } from '../report-names.js';
import { primaryCurves } from '../table.js';
import { axisTitle } from '../words.js';
import { answerTable } from './answer.js';
import { costSection } from './cost-section.js';
import { htmlDocument } from './document.js';
import { escapeHtml, htmlTable } from './element.js';
import { chartFigure } from './figure.js';
import { packSpecs } from './pack-specs.js';
import { heroSection } from './hero.js';
import { openSection } from './open-section.js';
import { OWN_AXIS, overviewSection } from './overview-section.js';
import { tableSection } from './section.js';
import { taskSection } from './task-section.js';

/** Tasks that stand unfolded when the page opens. */
const UNFOLDED = 1;

/**
 * The whole report as one HTML file. `vegaSource` is the text of Vega's browser build; the page loads nothing.
 * Charts are drawn into the page as SVG and become interactive where scripts run.
 */
export async function reportPage(data: ReportData, vegaSource: string): Promise<string> {
  const charts = await drawCharts(data);
  const curves = primaryCurves(data.curves);
  const rows = overviewRows(curves, namesOf(data.curves));
  return htmlDocument(
    { title: data.title, subtitle: subtitleOf(data), main: mainOf(data, charts.figures) },
    {
      charts: packSpecs(charts.specs),
      rows,
      places: data.places.places,
      axisTitles: Object.fromEntries(AXES.map((name) => [name, axisTitle(name)])),
      axis: commonAxis(curves) ?? OWN_AXIS,
    },
    vegaSource,
  );
}

async function drawCharts(
  data: ReportData,
): Promise<{ figures: ReadonlyMap<string, string>; specs: ReadonlyMap<string, Spec> }> {
  const figures = new Map<string, string>();
  const specs = new Map<string, Spec>();
  for (const { name, spec, alt, caption } of reportCharts(data)) {
    const compiled = compileChart(spec(PAGE_THEME));
    specs.set(name, compiled);
    figures.set(name, chartFigure({ name, alt, caption, svg: await renderSvg(compiled) }));
  }
  return { figures, specs };
}

/** The axis that all curves were decided on; null where they differ. */
function commonAxis(curves: readonly CurveAnalysis[]): Axis | null {
  const [first] = curves;
  return first !== undefined && curves.every(({ axis }) => axis === first.axis) ? first.axis : null;
}

function mainOf(data: ReportData, figures: ReadonlyMap<string, string>): string {
  const curves = primaryCurves(data.curves);
  const names = namesOf(data.curves);
  const costs = costsByScale(data.trials);
  const figureOf = (name: string): string => figures.get(name) ?? '';
  const costNames = ['throughput', 'latency', 'memory', 'energy'];
  const sections = [
    heroSection(curves, costs, { names, frontier: figureOf('frontier') }),
    curves.length === 0 ? '' : `<h2 id="scores">Scores by scale</h2>${answerTable(curves, names)}`,
    overviewSection(overviewRows(curves, names), {
      figure: figureOf('overview'),
      axis: commonAxis(curves),
      axes: data.places.axes,
    }),
    costSection(costs, costNames.map(figureOf), names),
    ...data.sections.map((section) => tableSection(section, figureOf)),
    curves.length === 0 ? '' : '<h2 id="tasks">Task by task</h2>',
    ...curves.map((curve, i) =>
      taskSection(curve, {
        figureOf,
        others: otherMetrics(curve, data.curves),
        flips: (data.findings?.flips ?? []).filter((own) => anchorOf(own) === anchorOf(curve)),
        examples: data.examples.get(anchorOf(curve)) ?? null,
        names,
        isOpen: i < UNFOLDED,
      }),
    ),
    openSection(data),
    provenanceSection(data),
  ];
  return `${navigation(sections)}\n${sections.join('\n')}`;
}

/** Links to the headings of the page, in their order. */
function navigation(sections: readonly string[]): string {
  const links = sections
    .flatMap((section) => [...section.matchAll(/<h2 id="([^"]+)">(.*?)<\/h2>/g)])
    .map(([, id = '', title = '']) => `<a href="#${id}">${title}</a>`);
  return `<nav aria-label="Sections">${links.join(' ')}</nav>`;
}

function provenanceSection({ provenance }: ReportData): string {
  if (provenance.length === 0) return '';
  const rows = provenance.map(([name, value]) => [escapeHtml(name), escapeHtml(value)]);
  return `<h2 id="provenance">Provenance</h2><details><summary>Versions, machine, digests: ${provenance.length} entries</summary>${htmlTable(['what', 'value'], rows, { caption: 'How this was made', wrap: [1] })}</details>`;
}
