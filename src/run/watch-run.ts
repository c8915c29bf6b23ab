import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { analyzeCurves } from '../analysis/analyze-curves.js';
import { openLiveServer, type LiveServer } from '../report/live-server.js';
import { bareReport, type ReportData } from '../report/report-data.js';
import { readRun } from './read-run.js';
import { reportDataOf } from './report-data.js';
import { curvesOfRun } from './run-curves.js';
import { holdsRun, runPaths } from './run-file.js';

/** How often the journal is looked at, and resamples that a page in the making is worth. */
const LOOK_EVERY_MS = 3000;
const DRAWS = 200;
/** A page may take a tenth of the conductor's time, so that watching does not slow the sweep. */
const REST_FACTOR = 9;
/** How long an open page is given to take the last version in. */
const FAREWELL_MS = 3000;

/** Serves the report of a run that goes on, on the loopback interface alone, until it is closed. */
export async function watchRun(directory: string): Promise<LiveServer> {
  const page = new RunPage(directory);
  const server = await openLiveServer(() => page.newest());
  const look = async (): Promise<void> => {
    if (server.nPages() > 0 && (await page.isStale())) server.changed();
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  return {
    ...server,
    close: async () => {
      clearInterval(timer);
      if (server.nPages() > 0) {
        server.changed();
        await sleep(FAREWELL_MS);
      }
      await server.close();
    },
  };
}

/** The page of a run, made again when the journal has grown and the last making has been rested from. */
class RunPage {
  readonly #directory: string;
  #made: { readonly size: number; readonly text: Promise<string> } | null = null;
  #restUntil = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async isStale(): Promise<boolean> {
    return Date.now() >= this.#restUntil && (await journalSize(this.#directory)) !== this.#made?.size;
  }

  async newest(): Promise<string> {
    const finished = await finishedPage(this.#directory);
    if (finished !== null) return finished;
    const size = await journalSize(this.#directory);
    if (this.#made !== null && (size === this.#made.size || Date.now() < this.#restUntil))
      return this.#made.text;
    const begun = Date.now();
    const text = renderRun(this.#directory);
    this.#made = { size, text };
    this.#restUntil = Number.POSITIVE_INFINITY;
    await text.finally(() => (this.#restUntil = Date.now() + REST_FACTOR * (Date.now() - begun)));
    return text;
  }
}

function journalSize(directory: string): Promise<number> {
  return stat(runPaths(directory).journal).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The report that the run itself has written, where it is newer than the journal; null before. */
async function finishedPage(directory: string): Promise<string | null> {
  const path = join(directory, 'report.html');
  try {
    const [report, journal] = await Promise.all([stat(path), stat(runPaths(directory).journal)]);
    return report.mtimeMs > journal.mtimeMs ? await readFile(path, 'utf8') : null;
  } catch {
    return null;
  }
}

async function renderRun(directory: string): Promise<string> {
  const [{ reportPage }, { readVegaSource }] = await Promise.all([
    import('../report/html/page.js'),
    import('../report/vega-source.js'),
  ]);
  return reportPage(await dataSoFar(directory), await readVegaSource());
}

async function dataSoFar(directory: string): Promise<ReportData> {
  if (!(await holdsRun(directory))) return bareReport(basename(directory), []);
  const run = await readRun(directory);
  const inputs = curvesOfRun(run);
  const data = reportDataOf(run, inputs, analyzeCurves(inputs, { draws: DRAWS }));
  if (run.unfinished.length === 0) return data;
  return { ...data, title: `${data.title} (${run.trials.length} of ${run.header.trials.length} trials)` };
}
