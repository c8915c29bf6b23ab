import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../files/atomic-write.js';
import { dumpJson } from '../python/json.js';
import type { GroupDefinition } from '../task/group-definition.js';
import { resultRecord, sanitizeModelName, type ResultHeader } from './result-record.js';
import { sampleLines, type AggregatedWorkload, type ScoredWorkload } from './sample-lines.js';

/** Results of one model at one number of shots: a task may stand in it once. */
export interface LmEvalResults<W extends AggregatedWorkload = AggregatedWorkload> {
  readonly header: ResultHeader;
  readonly scored: readonly W[];
  readonly groups: readonly GroupDefinition[];
}

/** Writes `<folder>/<model>/results_<time>.json` as lm-eval does, and gives its path. */
export async function writeResultsFile(folder: string, results: LmEvalResults): Promise<string> {
  const directory = join(folder, sanitizeModelName(results.header.model));
  await mkdir(directory, { recursive: true });
  const file = join(directory, `results_${fileTime(results.header.start)}.json`);
  await writeFileAtomic(file, dumpJson(resultRecord(results.header, results.scored, results.groups), 2));
  return file;
}

/**
 * Writes the results file and a `samples_<task>_<time>.jsonl` for every task beside it, as lm-eval does.
 * Gives the paths written, the results file first.
 */
export async function writeLmEvalResults(
  folder: string,
  results: LmEvalResults<ScoredWorkload>,
): Promise<string[]> {
  const written = [await writeResultsFile(folder, results)];
  const directory = dirname(written[0] ?? folder);
  const time = fileTime(results.header.start);
  for (const scored of results.scored) {
    const file = join(directory, `samples_${scored.workload.task.name}_${time}.jsonl`);
    await writeLines(file, sampleLines(scored));
    written.push(file);
  }
  return written;
}

/** Python's isoformat with microseconds, colons as hyphens. */
function fileTime(date: Date): string {
  return `${date.toISOString().slice(0, 23)}000`.replaceAll(':', '-');
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const line of lines) await handle.write(`${line}\n`);
  } finally {
    await handle.close();
  }
}
