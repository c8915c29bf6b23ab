import { stat } from 'node:fs/promises';
import { analyzeCurves } from '../analysis/analyze-curves.js';
import { openLiveServer, type LiveServer } from '../report/live-server.js';
import { readRun } from './read-run.js';
import { reportDataOf } from './report-data.js';
import { curvesOfRun } from './run-curves.js';
import { runPaths } from './run-file.js';

/** How often the journal is looked at, and resamples that a page in the making is worth. */
const LOOK_EVERY_MS = 3000;
const DRAWS = 200;

/** Serves the report of a run that goes on, on the loopback interface alone, until it is closed. */
export async function watchRun(directory: string): Promise<LiveServer> {
  const server = await openLiveServer(() => renderRun(directory));
  let seen = 0;
  const look = async (): Promise<void> => {
    const size = await stat(runPaths(directory).journal).then(
      (found) => found.size,
      () => seen,
    );
    if (size !== seen) server.changed();
    seen = size;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  return {
    ...server,
    close: () => {
      clearInterval(timer);
      return server.close();
    },
  };
}

async function renderRun(directory: string): Promise<string> {
  const [{ reportPage }, { readVegaSource }] = await Promise.all([
    import('../report/html/page.js'),
    import('../report/vega-source.js'),
  ]);
  const run = await readRun(directory);
  const inputs = curvesOfRun(run);
  const data = reportDataOf(run, inputs, analyzeCurves(inputs, { draws: DRAWS }));
  const title =
    run.unfinished.length === 0
      ? data.title
      : `${data.title} (${run.trials.length} of ${run.header.trials.length} trials)`;
  return reportPage({ ...data, title }, await readVegaSource());
}
