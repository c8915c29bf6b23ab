import { join } from 'node:path';
import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import type { CurveInput } from '../analysis/points.js';
import { writeFileAtomic } from '../files/atomic-write.js';
import type { SweepWorkload } from './prepare-sweep.js';
import type { Run } from './read-run.js';
import { fullReportOf } from './report-data.js';

/** Writes `report.html` into a run's directory, and returns its path. Drawing is loaded only here: it is slow to load. */
export async function writeReport(
  run: Run,
  answer: { readonly inputs: readonly CurveInput[]; readonly curves: readonly CurveAnalysis[] },
  workloads: readonly SweepWorkload[],
): Promise<string> {
  const [{ reportPage }, { readVegaSource }] = await Promise.all([
    import('../report/html/page.js'),
    import('../report/vega-source.js'),
  ]);
  const path = join(run.directory, 'report.html');
  const data = await fullReportOf(run, answer, workloads);
  await writeFileAtomic(path, await reportPage(data, await readVegaSource()));
  return path;
}
