import { analyzeCurves } from '../../src/analysis/analyze-curves.js';
import { curvesOfTrials } from '../../src/analysis/curves-of-trials.js';
import { reportPage } from '../../src/report/html/page.js';
import type { ReportData } from '../../src/report/report-data.js';
import { reportOfCurves } from '../../src/report/report-of-curves.js';
import { readVegaSource } from '../../src/report/vega-source.js';
import { exampleTrials } from './trials.js';

/** What a made-up run reports. */
export function exampleReport(title = 'example'): ReportData {
  const trials = exampleTrials();
  const inputs = curvesOfTrials(trials);
  const curves = analyzeCurves(inputs, { draws: 100 });
  return reportOfCurves(title, { inputs, curves }, trials);
}

/** Its page, as a browser gets it. */
export async function examplePage(title?: string): Promise<string> {
  return reportPage(exampleReport(title), await readVegaSource());
}
