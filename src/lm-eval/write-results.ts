import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../files/atomic-write.js';
import { makeDirectory } from '../files/make-directory.js';
import { dumpJson } from '../python/json.js';
import type { GroupDefinition } from '../task/group-definition.js';
import { resultRecord, sanitizeModelName, type ResultHeader } from './result-record.js';
import { sampleLines, type AggregatedWorkload, type AnsweredWorkload } from './sample-lines.js';

/** Results of one model at one number of shots: a task may stand in it once. */
export interface LmEvalResults {
  readonly header: ResultHeader;
  readonly scored: readonly AggregatedWorkload[];
  readonly groups: readonly GroupDefinition[];
}

/** Writes `<folder>/<model>/results_<time>.json` as lm-eval does, and gives its path. */
export async function writeResultsFile(folder: string, results: LmEvalResults): Promise<string> {
  const directory = join(folder, sanitizeModelName(results.header.model));
  makeDirectory(directory);
  const file = join(directory, `results_${fileTime(results.header.start)}.json`);
  await writeFileAtomic(file, dumpJson(resultRecord(results.header, results.scored, results.groups), 2));
  return file;
}

/** Writes `<folder>/<model>/samples_<task>_<time>.jsonl` as lm-eval does, and gives its path. */
export async function writeSamplesFile(
  folder: string,
  header: Pick<ResultHeader, 'model' | 'start'>,
  answered: AnsweredWorkload,
): Promise<string> {
  const directory = join(folder, sanitizeModelName(header.model));
  makeDirectory(directory);
  const file = join(directory, `samples_${answered.workload.task.name}_${fileTime(header.start)}.jsonl`);
  await writeLines(file, sampleLines(answered));
  return file;
}

/** Python's isoformat with microseconds, colons as hyphens. */
function fileTime(date: Date): string {
  return `${date.toISOString().slice(0, 23)}000`.replaceAll(':', '-');
}

const BUFFER_CHARACTERS = 1 << 18;

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  const handle = await open(file, 'w');
  try {
    let text = '';
    for (const line of lines) {
      text += `${line}\n`;
      if (text.length < BUFFER_CHARACTERS) continue;
      await handle.write(text);
      text = '';
    }
    await handle.write(text);
  } finally {
    await handle.close();
  }
}
