import { analyzeCurves } from '../analysis/analyze-curves.js';
import { writeFileAtomic } from '../files/atomic-write.js';
import { summaryOf } from '../report/summary-json.js';
import { curveTable } from '../report/table.js';
import type { PreparedSweep } from './prepare-sweep.js';
import { readRun } from './read-run.js';
import { curvesOfRun } from './run-curves.js';
import { runPaths } from './run-file.js';
import { writeReport } from './write-report.js';
import { writeResults } from './write-results.js';

/** What a run comes to, for the person at the terminal. */
export interface RunOutcome {
  /** For stdout. */
  readonly table: string;
  /** For stderr, one sentence each. */
  readonly remarks: readonly string[];
  /** Trials that failed or were skipped. */
  readonly nFailed: number;
}

/** Makes what can be made from sweep.json, the journal and the tasks: summary.json, report.html, results/ and the table. */
export async function writeOutputs(
  directory: string,
  prepared: Pick<PreparedSweep, 'workloads' | 'groups'>,
  options: { readonly logSamples: boolean },
): Promise<RunOutcome> {
  const run = await readRun(directory);
  await writeResults(run, prepared, options);
  const inputs = curvesOfRun(run);
  const curves = analyzeCurves(inputs);
  const { trials: _trials, skipped: _skipped, ...header } = run.header;
  await writeFileAtomic(
    runPaths(directory).summary,
    `${JSON.stringify(summaryOf(header, run.trials, curves), null, 1)}\n`,
  );
  await writeReport(run, { inputs, curves }, prepared.workloads);
  const count = (state: string): number => run.trials.filter((trial) => trial.state === state).length;
  return {
    table: curveTable(curves),
    remarks: [
      `${count('completed')} trials completed, ${count('failed')} failed, ${count('skipped')} skipped; ` +
        `all of it is in ${directory}`,
    ],
    nFailed: count('failed') + count('skipped'),
  };
}
