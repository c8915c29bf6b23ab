import { costCells } from './cost-columns.js';
import { costsByScale } from './cost-table.js';
import { curvesMarkdown, markdownTable } from './markdown.js';
import { openQuestions } from './open-questions.js';
import type { ReportData, ReportSection } from './report-data.js';
import { namesOf } from './report-names.js';
import { subtitleOf } from './subtitle.js';

/** The whole report as Markdown: what the page tells, without its charts. */
export function reportMarkdown(data: ReportData): string {
  const costs = costsByScale(data.trials);
  const { header, rows } = costCells(costs, namesOf(data.curves));
  const open = openQuestions(data);
  return [
    `${data.title}: ${subtitleOf(data)}\n`,
    curvesMarkdown(data.curves),
    costs.length === 0 ? '' : `## What each scale costs\n\n${markdownTable(header, rows)}`,
    ...data.sections.map(sectionMarkdown),
    `## What could not be concluded\n\n${open.length === 0 ? 'Every curve has a class, and every trial was completed.\n' : open.map((sentence) => `- ${sentence}\n`).join('')}`,
    data.provenance.length === 0
      ? ''
      : `## Provenance\n\n${markdownTable(['what', 'value'], data.provenance)}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function sectionMarkdown({ title, paragraphs, header, rows }: ReportSection): string {
  const text = paragraphs.map((paragraph) => `${paragraph}\n\n`).join('');
  return `## ${title}\n\n${text}${rows.length === 0 ? '' : markdownTable(header, rows)}`;
}
