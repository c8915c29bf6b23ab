import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../files/atomic-write.js';
import { dumpJson } from '../python/json.js';
import type { GroupDefinition } from '../task/group-definition.js';
import { resultRecord, sanitizeModelName, type ResultHeader } from './result-record.js';
import { sampleLines, type ScoredWorkload } from './sample-lines.js';

/** Results of one model at one number of shots: a task may stand in it once. */
export interface LmEvalResults {
  readonly header: ResultHeader;
  readonly scored: readonly ScoredWorkload[];
  readonly groups: readonly GroupDefinition[];
}

/**
 * Writes `<folder>/<model>/results_<time>.json` and a `samples_<task>_<time>.jsonl` for every task, as lm-eval does.
 * Gives the absolute or relative paths written, the results file first.
 */
export async function writeLmEvalResults(folder: string, results: LmEvalResults): Promise<string[]> {
  const directory = join(folder, sanitizeModelName(results.header.model));
  await mkdir(directory, { recursive: true });
  const time = fileTime(results.header.start);
  const resultsFile = join(directory, `results_${time}.json`);
  const record = resultRecord(results.header, results.scored, results.groups);
  await writeFileAtomic(resultsFile, dumpJson(record, 2));
  const written = [resultsFile];
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
