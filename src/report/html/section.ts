import type { ReportSection } from '../report-data.js';
import { escapeHtml, htmlTable } from './element.js';

/** A section that was made elsewhere: its paragraphs, its charts (drawn by `figureOf`, by name), its table. */
export function tableSection(
  { id, title, paragraphs, header, rows, numeric, charts = [] }: ReportSection,
  figureOf: (name: string) => string,
): string {
  const text = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('');
  const figures = charts.map(({ name }) => figureOf(name)).join('\n');
  const cells = rows.map((row) => row.map(escapeHtml));
  const table = rows.length === 0 ? '' : htmlTable(header, cells, { caption: title, numeric: numeric ?? [] });
  return `<h2 id="${id}">${escapeHtml(title)}</h2>${text}${figures === '' ? '' : `<div class="grid">${figures}</div>`}${table}`;
}
