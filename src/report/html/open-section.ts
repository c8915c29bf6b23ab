import { openQuestions } from '../open-questions.js';
import type { ReportData } from '../report-data.js';
import { escapeHtml } from './element.js';

/** What the run does not tell, as a list. */
export function openSection(data: ReportData): string {
  const items = openQuestions(data).map((sentence) => `<li>${escapeHtml(sentence)}</li>`);
  const text =
    items.length === 0
      ? '<p>Every curve has a class, and every trial was completed.</p>'
      : `<ul>${items.join('\n')}</ul>`;
  return `<h2 id="open">What could not be concluded</h2>${text}`;
}
