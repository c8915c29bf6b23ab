import { resolve } from 'node:path';
import { buildDefinition, checkDefinition } from './build-definition.js';
import { hubNameOf } from './data/find-data.js';
import { refuseSampling } from './generation.js';
import { TaskSplits } from './load-splits.js';
import { isDict } from '../python/value.js';
import { readFolder, TaskIndex, type IndexEntry } from './task-index.js';

/** What a task file is, and whether it runs here. */
export interface TaskListing {
  readonly file: string;
  readonly name: string | null;
  readonly kind: 'task' | 'group' | 'unreadable';
  readonly outputType: string | null;
  /** Documents in the evaluated split; null where they cannot be read. */
  readonly nSamples: number | null;
  /** The data set of the hub that it needs, which is not asked for here; null for local data. */
  readonly hubDataset: string | null;
  /** Null where it runs; otherwise why not. */
  readonly problem: string | null;
}

/** Every YAML file under the folders, with the reason for each that does not run. */
export async function listTasks(includePaths: readonly string[]): Promise<TaskListing[]> {
  const index = new TaskIndex();
  const entries: IndexEntry[] = [];
  for (const path of includePaths) {
    const found = await readFolder(resolve(path));
    index.add(found);
    entries.push(...found);
  }
  const listings: TaskListing[] = [];
  for (const entry of entries) listings.push(await describe(entry));
  const problems = new Map(listings.map(({ name, problem }) => [name, problem]));
  return listings.map((listing, at) => {
    const entry = entries[at];
    if (entry?.kind !== 'group') return listing;
    return { ...listing, problem: problemOfGroup(entry.yaml.fields['task'], index, problems) };
  });
}

/** Why a group does not run: the first of its members, at any depth, that is not known or does not run itself. */
function problemOfGroup(
  members: unknown,
  index: TaskIndex,
  problems: ReadonlyMap<string | null, string | null>,
): string | null {
  const list: unknown[] = Array.isArray(members) ? [...(members as unknown[])] : [members];
  const seen = new Set<unknown>();
  for (const member of list) {
    const fields: Readonly<Record<string, unknown>> = isDict(member) ? member : {};
    const name = typeof member === 'string' ? member : (fields['group'] ?? fields['task']);
    if (Array.isArray(fields['task'])) list.push(...(fields['task'] as unknown[]));
    else if (typeof name === 'string' && fields['dataset_path'] === undefined && !seen.has(name)) {
      seen.add(name);
      const entry = index.find(name);
      const inside = entry?.kind === 'group' ? entry.yaml.fields['task'] : index.tagged(name);
      if (entry === undefined && inside === undefined) return `its member ${name} is not known here`;
      if (Array.isArray(inside)) list.push(...(inside as unknown[]));
      const problem = problems.get(name) ?? null;
      if (problem !== null) return `its member ${name} does not run: ${problem}`;
    }
  }
  return null;
}

async function describe(entry: IndexEntry): Promise<TaskListing> {
  if (entry.kind === 'unreadable') {
    return {
      file: entry.file,
      name: null,
      kind: entry.kind,
      outputType: null,
      nSamples: null,
      hubDataset: null,
      problem: entry.reason,
    };
  }
  const base = { file: entry.yaml.file, name: entry.name, kind: entry.kind, hubDataset: null };
  if (entry.kind === 'group') return { ...base, outputType: null, nSamples: null, problem: null };
  const given = entry.yaml.fields['output_type'];
  const outputType = typeof given === 'string' ? given : 'generate_until';
  try {
    const config = checkDefinition(entry.yaml.fields, entry.yaml.file);
    refuseSampling(config);
    const hubDataset = hubNameOf({ ...config, file: entry.yaml.file });
    if (hubDataset !== null) return { ...base, outputType, nSamples: null, hubDataset, problem: null };
    const task = await buildDefinition(entry.yaml.fields, entry.yaml.file);
    const { nDocs } = await new TaskSplits(task, { limit: 1, examples: false }).evaluated();
    return { ...base, outputType, nSamples: nDocs, problem: null };
  } catch (error) {
    return {
      ...base,
      outputType,
      nSamples: null,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}
