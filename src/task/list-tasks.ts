import { resolve } from 'node:path';
import { buildDefinition } from './build-definition.js';
import { refuseSampling } from './generation.js';
import { TaskSplits } from './load-splits.js';
import { readFolder, type IndexEntry } from './task-index.js';

/** What a task file is, and whether it runs here. */
export interface TaskListing {
  readonly file: string;
  readonly name: string | null;
  readonly kind: 'task' | 'group' | 'unreadable';
  readonly outputType: string | null;
  /** Documents in the evaluated split; null where they cannot be read. */
  readonly nSamples: number | null;
  /** Null where it runs; otherwise why not. */
  readonly problem: string | null;
}

/** Every YAML file under the folders, with the reason for each that does not run. */
export async function listTasks(includePaths: readonly string[]): Promise<TaskListing[]> {
  const listings: TaskListing[] = [];
  for (const path of includePaths) {
    for (const entry of await readFolder(resolve(path))) listings.push(await describe(entry));
  }
  return listings;
}

async function describe(entry: IndexEntry): Promise<TaskListing> {
  if (entry.kind === 'unreadable') {
    return {
      file: entry.file,
      name: null,
      kind: entry.kind,
      outputType: null,
      nSamples: null,
      problem: entry.reason,
    };
  }
  const base = { file: entry.yaml.file, name: entry.name, kind: entry.kind };
  if (entry.kind === 'group') return { ...base, outputType: null, nSamples: null, problem: null };
  const given = entry.yaml.fields['output_type'];
  const outputType = typeof given === 'string' ? given : 'generate_until';
  try {
    const task = await buildDefinition(entry.yaml.fields, entry.yaml.file);
    refuseSampling(task.config);
    const docs = await new TaskSplits(task).evaluated();
    return { ...base, outputType, nSamples: docs.length, problem: null };
  } catch (error) {
    return {
      ...base,
      outputType,
      nSamples: null,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}
