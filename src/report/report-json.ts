import { costsByScale } from './cost-table.js';
import { openQuestions } from './open-questions.js';
import type { ReportData } from './report-data.js';

/** The whole report as one JSON object: the curves as `analyze` gives them, and what they say together. */
export function reportJson(data: ReportData): string {
  const { title, startedAt, curves, findings, unfinished } = data;
  const content = {
    title,
    startedAt,
    unfinished,
    curves,
    findings,
    costs: costsByScale(data.trials),
    open: openQuestions(data),
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}
