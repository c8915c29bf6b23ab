import { Resvg, type ResvgRenderOptions } from '@resvg/resvg-js';
import { SweepError } from '../errors.js';
import { compileChart, renderSvg } from './charts/render-chart.js';
import { PAPER_THEME } from './charts/theme.js';
import { escapeHtml } from './html/element.js';
import type { ReportChart } from './report-data.js';

/** Dots for each unit of a chart: 460 units across a column of 3.3 inches are 420 dots an inch. */
const ZOOM = 3;

const FONTS: NonNullable<ResvgRenderOptions['font']> = {
  loadSystemFonts: true,
  sansSerifFamily: 'DejaVu Sans',
};

/** A chart as an SVG file for papers: fixed colours on white, with its name and a description inside. */
export async function chartSvg({ name, spec, alt }: ReportChart): Promise<string> {
  const svg = await renderSvg(compileChart(spec(PAPER_THEME)));
  const begin = svg.indexOf('>') + 1;
  const ground = '<rect width="100%" height="100%" fill="#ffffff"/>';
  const words = `<title>${escapeHtml(name)}</title><desc>${escapeHtml(alt)}</desc>`;
  return `${svg.slice(0, begin)}${words}${ground}${svg.slice(begin)}\n`;
}

/** The same as a PNG file. Throws SweepError where this machine has no font to write with. */
export async function chartPng(chart: ReportChart): Promise<Buffer> {
  const svg = await chartSvg(chart);
  requireFonts();
  return new Resvg(svg, { font: FONTS, fitTo: { mode: 'zoom', value: ZOOM } }).render().asPng();
}

/** Text without a font is drawn as nothing, silently: a chart without numbers is worse than none. */
function requireFonts(font: NonNullable<ResvgRenderOptions['font']> = FONTS): void {
  const probe = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">x</text></svg>';
  if (new Resvg(probe, { font }).getBBox() !== undefined) return;
  throw new SweepError(
    'NO_FONTS',
    'Expected a font on this system to write the text of PNG charts, found none: install one (Debian: apt-get install fonts-dejavu-core) or use --format svg',
  );
}
