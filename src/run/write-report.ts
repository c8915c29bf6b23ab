import { join } from 'node:path';
import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { writeFileAtomic } from '../files/atomic-write.js';
import type { Run } from './read-run.js';
import { reportDataOf } from './report-data.js';
import { curvesOfRun } from './run-curves.js';

/** Writes `report.html` into a run's directory, and returns its path. Drawing is loaded only here: it is slow to load. */
export async function writeReport(run: Run, curves: readonly CurveAnalysis[]): Promise<string> {
  const [{ reportPage }, { readVegaSource }] = await Promise.all([
    import('../report/html/page.js'),
    import('../report/vega-source.js'),
  ]);
  const path = join(run.directory, 'report.html');
  const data = reportDataOf(run, curvesOfRun(run), curves);
  await writeFileAtomic(path, await reportPage(data, await readVegaSource()));
  return path;
}
