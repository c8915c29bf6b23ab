import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SweepError } from '../errors.js';
import { listFiles } from '../files/list-files.js';
import { compileGlob, isGlob } from '../files/fnmatch.js';
import { isDict } from '../python/value.js';
import { bigBenchFields } from './bigbench/bigbench-fields.js';
import { readBigBenchTask } from './bigbench/task-file.js';
import { buildDefinition } from './build-definition.js';
import { GROUP_FIELDS, resolveGroupMetrics, type GroupDefinition } from './group-definition.js';
import { didYouMean } from './near-name.js';
import type { TaskDefinition } from './task-definition.js';
import { readEntry, readFolder, TaskIndex, type IndexEntry } from './task-index.js';

export type { TaskDefinition } from './task-definition.js';

export interface LoadOptions {
  /** Folders whose `.yaml` files are known by name. */
  readonly includePaths: readonly string[];
}

/** Tasks, and the groups that they were selected through. */
export interface TaskSet {
  readonly tasks: readonly TaskDefinition[];
  readonly groups: readonly GroupDefinition[];
}

/**
 * Loads tasks by selector: the name of a task, group or tag, the path of a YAML file or of a folder of them, or a
 * glob over names or over the files of a folder. Every task comes once, in the order selected. Throws SweepError for the first that fails.
 */
export async function loadTasks(
  selectors: readonly string[],
  options: LoadOptions,
): Promise<TaskDefinition[]> {
  return [...(await loadTaskSet(selectors, options)).tasks];
}

/** The same, with the groups. */
export async function loadTaskSet(selectors: readonly string[], options: LoadOptions): Promise<TaskSet> {
  const index = new TaskIndex();
  for (const path of options.includePaths) index.add(await readFolder(checkedFolder(path)));
  const collector = new Collector(index);
  for (const selector of selectors) await collector.select(selector);
  return { tasks: [...collector.tasks.values()], groups: [...collector.groups.values()] };
}

function checkedFolder(path: string): string {
  const folder = resolve(path);
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  throw new SweepError('NO_INCLUDE_PATH', `Expected a folder of task files at ${folder}.`);
}

/** Files that a path such as `tasks/*.yaml` matches, by name; wildcards are for the last part only. */
function matchingFiles(selector: string): string[] {
  const folder = dirname(resolve(selector));
  if (!isGlob(selector) || isGlob(folder) || !/[\\/]/.test(selector) || !existsSync(folder)) return [];
  const regex = compileGlob(basename(selector));
  const names = readdirSync(folder).filter((name) => regex.test(name));
  return names.toSorted((a, b) => (a < b ? -1 : 1)).map((name) => join(folder, name));
}

type Found = Extract<IndexEntry, { kind: 'task' | 'group' }>;
type Fields = Readonly<Record<string, unknown>>;

/** Members of a group: their names in it, and all tasks that they brought. */
interface Added {
  readonly names: readonly string[];
  readonly tasks: readonly string[];
}

class Collector {
  readonly tasks = new Map<string, TaskDefinition>();
  readonly groups = new Map<string, GroupDefinition>();
  private readonly index: TaskIndex;
  private readonly open: string[] = [];

  constructor(index: TaskIndex) {
    this.index = index;
  }

  async select(selector: string): Promise<void> {
    if (await this.addByName(selector, {})) return;
    if (await this.addByPath(selector)) return;
    const files = matchingFiles(selector);
    for (const file of files) await this.addByPath(file);
    if (files.length > 0) return;
    const names = this.matchingNames(selector);
    if (names.length === 0) throw this.unknown(selector);
    for (const name of names) await this.addByName(name, {});
  }

  private matchingNames(selector: string): string[] {
    if (!isGlob(selector)) return [];
    const regex = compileGlob(selector);
    return this.index.names().filter((name) => regex.test(name));
  }

  private async addByName(name: string, overrides: Fields): Promise<string[] | null> {
    const entry = this.index.find(name);
    if (entry !== undefined) return this.addEntry(entry, overrides);
    const tagged = this.index.tagged(name);
    if (tagged === undefined) return null;
    const added: string[] = [];
    for (const task of tagged) added.push(...((await this.addByName(task, overrides)) ?? []));
    return added;
  }

  private async addByPath(selector: string): Promise<boolean> {
    const path = resolve(selector);
    if (!existsSync(path)) return false;
    if (path.endsWith('.json')) {
      for (const fields of bigBenchFields(await readBigBenchTask(path), path))
        await this.addTask(fields, path);
      return true;
    }
    if (statSync(path).isDirectory()) {
      const entries = await readFolder(path);
      if (entries.length === 0) return this.addBigBenchFolder(path);
      this.index.add(entries);
      for (const entry of entries) await this.addReadable(entry);
      return true;
    }
    const entry = await readEntry(path);
    if (entry.kind === 'group') this.index.add(await readFolder(dirname(path)));
    await this.addReadable(entry);
    return true;
  }

  private async addBigBenchFolder(folder: string): Promise<boolean> {
    const files = (await listFiles(folder, 'task.json')).filter((file) => basename(file) === 'task.json');
    for (const file of files) await this.addByPath(file);
    return files.length > 0;
  }

  private async addReadable(entry: IndexEntry): Promise<void> {
    if (entry.kind === 'unreadable') throw new SweepError('BAD_TASK_FILE', entry.reason);
    await this.addEntry(entry, {});
  }

  private async addEntry(entry: Found, overrides: Fields): Promise<string[]> {
    if (entry.kind === 'group')
      return this.addGroup(entry.name, entry.yaml.fields, { overrides, file: entry.yaml.file });
    return [await this.addTask({ ...entry.yaml.fields, ...overrides }, entry.yaml.file)];
  }

  private async addTask(fields: Fields, file: string): Promise<string> {
    const definition = await buildDefinition(fields, file);
    const earlier = this.tasks.get(definition.name);
    if (earlier !== undefined && earlier.digest !== definition.digest) {
      throw new SweepError(
        'DUPLICATE_TASK',
        `Expected one definition of the task ${definition.name}, but ${earlier.source} and ${file} differ; select one of them.`,
      );
    }
    this.tasks.set(definition.name, earlier ?? definition);
    return definition.name;
  }

  private async addGroup(
    name: string,
    fields: Fields,
    given: { readonly overrides: Fields; readonly file: string },
  ): Promise<string[]> {
    if (this.open.includes(name))
      throw new SweepError(
        'GROUP_CYCLE',
        `Expected groups without a cycle, but ${[...this.open, name].join(' > ')}.`,
      );
    this.open.push(name);
    const own = Object.fromEntries(Object.entries(fields).filter(([key]) => !GROUP_FIELDS.includes(key)));
    const overrides = { ...own, ...given.overrides };
    const { task } = fields;
    const list: unknown[] = Array.isArray(task) ? task : task === undefined || task === null ? [] : [task];
    const metadata = isDict(fields['metadata']) ? (fields['metadata'] as Fields) : {};
    const definition = {
      name,
      alias: typeof fields['group_alias'] === 'string' ? fields['group_alias'] : null,
      metrics: resolveGroupMetrics(fields['aggregate_metric_list'], name),
      version: metadata['version'] ?? null,
    };
    // Before its members: groups stand before the groups inside them.
    this.groups.set(name, { ...definition, members: [], tasks: [] });
    // A name counts once in a group, but a task that several of its groups have counts in each.
    const members = new Map<string, readonly string[]>();
    for (const item of list) {
      const { names, tasks } = await this.addMember(item, { group: name, overrides, file: given.file });
      for (const member of names) members.set(member, names.length === 1 ? tasks : [member]);
    }
    this.open.pop();
    const tasks = [...members.values()].flat();
    this.groups.set(name, { ...definition, members: [...members.keys()], tasks });
    return tasks;
  }

  private async addMember(
    item: unknown,
    parent: { readonly group: string; readonly overrides: Fields; readonly file: string },
  ): Promise<Added> {
    if (typeof item === 'string') return this.addKnown(item, parent.overrides, parent.file);
    const fields = isDict(item) ? (item as Fields) : {};
    const { group, task } = fields;
    if (typeof group === 'string') {
      const { group: _, ...rest } = fields;
      if (this.index.find(group) !== undefined) {
        return this.addKnown(group, { ...parent.overrides, ...rest }, parent.file);
      }
      const name = `${parent.group}::${group}`;
      return { names: [name], tasks: await this.addGroup(name, fields, parent) };
    }
    if (typeof task !== 'string') {
      throw new SweepError(
        'BAD_GROUP',
        `Expected every member of the group ${parent.group} (${parent.file}) to name a \`task\` or a \`group\`.`,
      );
    }
    const merged = { ...parent.overrides, ...fields };
    if (this.index.find(task) !== undefined || this.index.tagged(task) !== undefined)
      return this.addKnown(task, merged, parent.file);
    const name = `${parent.group}::${task}`;
    return { names: [name], tasks: [await this.addTask({ ...merged, task: name }, parent.file)] };
  }

  // A tag brings its tasks, a group counts under its own name.
  private async addKnown(name: string, overrides: Fields, file: string): Promise<Added> {
    const isTag = this.index.find(name) === undefined;
    const { task: _, ...rest } = overrides;
    const added = await this.addByName(name, isTag ? rest : overrides);
    if (added === null) throw this.unknown(name, ` (named in ${file})`);
    return { names: isTag ? added : [name], tasks: added };
  }

  private unknown(selector: string, where = ''): SweepError {
    const names = this.index.names();
    const hint = didYouMean(selector, names);
    const known =
      names.length === 0
        ? 'no task is known by name (give a file, or --include-path)'
        : `known are ${names.slice(0, 30).join(', ')}${names.length > 30 ? ` and ${names.length - 30} more` : ''}`;
    return new SweepError(
      'UNKNOWN_TASK',
      `Expected the name of a task, group or tag, or a file, got ${JSON.stringify(selector)}${where}; ${known}${hint}`,
    );
  }
}
