import { listFiles } from '../files/list-files.js';
import { readTaskYaml, type TaskYaml } from './yaml/read-task-yaml.js';

/** One indexed file: a task, a group of tasks, or a file that could not be read (and why). */
export type IndexEntry =
  | { readonly kind: 'task' | 'group'; readonly name: string; readonly yaml: TaskYaml }
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: string };

/** Tasks, groups and tags by name. */
export class TaskIndex {
  private readonly entries = new Map<string, Extract<IndexEntry, { kind: 'task' | 'group' }>>();
  private readonly tags = new Map<string, Set<string>>();

  /** Adds entries of one folder: the first of a name counts within it, and it wins over folders added before. */
  add(entries: readonly IndexEntry[]): void {
    const names = new Set<string>();
    for (const entry of entries) {
      if (entry.kind === 'unreadable' || names.has(entry.name)) continue;
      names.add(entry.name);
      this.entries.set(entry.name, entry);
      if (entry.kind === 'task') this.addTags(entry.name, entry.yaml.fields['tag']);
    }
  }

  private addTags(task: string, tag: unknown): void {
    const list: unknown[] = Array.isArray(tag) ? tag : [tag];
    for (const name of list) {
      if (typeof name !== 'string') continue;
      const members = this.tags.get(name) ?? new Set();
      this.tags.set(name, members.add(task));
    }
  }

  /** The task or group of that name. */
  find(name: string): Extract<IndexEntry, { kind: 'task' | 'group' }> | undefined {
    return this.entries.get(name);
  }

  /** The names of the tasks with a tag, sorted; undefined where no task has it. */
  tagged(tag: string): string[] | undefined {
    const members = this.tags.get(tag);
    return members === undefined ? undefined : [...members].sort();
  }

  /** Every name of a task, group or tag, sorted. */
  names(): string[] {
    return [...new Set([...this.entries.keys(), ...this.tags.keys()])].sort();
  }
}

/** Reads every `.yaml` file under a folder. */
export async function readFolder(folder: string): Promise<IndexEntry[]> {
  const files = await listFiles(folder, '.yaml');
  const entries: IndexEntry[] = [];
  for (const file of files) entries.push(await readEntry(file));
  return entries;
}

/** Reads one file as a task or a group. Faults become an `unreadable` entry. */
export async function readEntry(file: string): Promise<IndexEntry> {
  let yaml: TaskYaml;
  try {
    yaml = await readTaskYaml(file);
  } catch (error) {
    return { kind: 'unreadable', file, reason: error instanceof Error ? error.message : String(error) };
  }
  return entryOf(yaml);
}

function entryOf(yaml: TaskYaml): IndexEntry {
  const { fields, file } = yaml;
  const { group, task } = fields;
  if ('class' in fields)
    return {
      kind: 'unreadable',
      file,
      reason: `${file} is a task written in Python (\`class\`), which is not supported.`,
    };
  if (typeof group === 'string') return { kind: 'group', name: group, yaml };
  if (typeof task === 'string') return { kind: 'task', name: task, yaml };
  return {
    kind: 'unreadable',
    file,
    reason: `Expected a \`task\` or a \`group\` name in ${file}; it has ${Object.keys(fields).join(', ')}.`,
  };
}
