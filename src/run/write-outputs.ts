import { writeFileAtomic } from '../files/atomic-write.js';
import { readRun } from './read-run.js';
import { runPaths } from './run-file.js';

/** What a run comes to, for the person at the terminal. */
export interface RunOutcome {
  /** For stdout. */
  readonly table: string;
  /** For stderr, one sentence each. */
  readonly remarks: readonly string[];
  readonly nFailed: number;
}

/** Makes everything in a run directory that can be made from sweep.json and the journal. */
export async function writeOutputs(directory: string): Promise<RunOutcome> {
  const run = await readRun(directory);
  const { trials: _trials, skipped: _skipped, ...header } = run.header;
  const summary = { schema: 'scalesweep.summary/1', run: header, trials: run.trials, curves: [] };
  await writeFileAtomic(runPaths(directory).summary, `${JSON.stringify(summary, null, 1)}\n`);
  const count = (state: string): number => run.trials.filter((trial) => trial.state === state).length;
  return {
    table: '',
    remarks: [
      `${count('completed')} trials completed, ${count('failed')} failed, ${count('skipped')} skipped; ` +
        `all of it is in ${directory}`,
    ],
    nFailed: count('failed') + count('skipped'),
  };
}
