import { existsSync } from 'node:fs';
import { BUILTIN_FAMILY } from '../catalog/builtin-family.js';
import { loadFamily } from '../catalog/load-family.js';
import { digestOfModel } from '../catalog/model-digest.js';
import type { Family, Model, Precision } from '../domain/model.js';
import type { Workload } from '../domain/task.js';
import { SweepError } from '../errors.js';
import { joinProblems } from '../spec/explain.js';
import type { Sweep } from '../spec/sweep.js';
import { loadTaskSet, type TaskDefinition } from '../task/load-tasks.js';
import type { GroupDefinition } from '../task/group-definition.js';
import { prepareWorkload, type ChatOptions } from '../task/prepare-workload.js';
import { chatOfSweep } from './sweep-chat.js';

export type SweepWorkload = Workload<TaskDefinition>;

/** Everything a sweep names, loaded: what can be wrong with it has been found. */
export interface PreparedSweep {
  readonly families: readonly Family[];
  readonly workloads: readonly SweepWorkload[];
  /** The groups through which tasks were selected. */
  readonly groups: readonly GroupDefinition[];
  /** The conversation format of all prompts, null for plain text. */
  readonly chat: ChatOptions | null;
  readonly digestOf: (model: Model, precision: Precision) => string;
}

/** Loads families, tasks and data, and digests the models. Throws SweepError with the problems of all of them at once. */
export async function prepareSweep(sweep: Sweep): Promise<PreparedSweep> {
  const problems: SweepError[] = [];
  const families = await gather(sweep.families, loadFamily, problems);
  const { tasks, groups } = await loadSweepTasks(sweep, problems);
  const [chat = null] = await gather([families], async (all) => chatOfSweep(sweep, all), problems);
  const workloads = await gather(cellsOf(tasks, sweep.shots), workloadOf(sweep, chat), problems);
  throwAll(problems);
  return {
    families,
    workloads,
    groups,
    chat,
    digestOf: await digestsOf(families, sweep.precisions),
  };
}

/** The tasks that a sweep asks again, at the shots that it asked them with, and their prompts; no model is needed. */
export async function prepareTasks(
  sweep: Sweep,
  asked: readonly { readonly name: string; readonly shots: number }[],
  chat: ChatOptions | null,
): Promise<Pick<PreparedSweep, 'workloads' | 'groups'>> {
  const problems: SweepError[] = [];
  const { tasks, groups } = await loadSweepTasks(sweep, problems);
  const cells = asked.flatMap(({ name, shots }) =>
    tasks.filter((task) => task.name === name).map((task) => ({ task, shots })),
  );
  const workloads = await gather(cells, workloadOf(sweep, chat), problems);
  throwAll(problems);
  return { workloads, groups };
}

async function loadSweepTasks(
  sweep: Pick<Sweep, 'tasks' | 'includePaths'>,
  problems: SweepError[],
): Promise<{ readonly tasks: readonly TaskDefinition[]; readonly groups: readonly GroupDefinition[] }> {
  const includePaths = [BUILTIN_FAMILY.tasks, ...sweep.includePaths].filter((path) => existsSync(path));
  const sets = await gather(sweep.tasks, (selector) => loadTaskSet([selector], { includePaths }), problems);
  return {
    tasks: uniqueTasks(sets.flatMap((set) => set.tasks)),
    groups: sets.flatMap(({ groups }) => groups),
  };
}

/** Runs `load` on every item; SweepErrors are collected, anything else is thrown. */
async function gather<Item, Result>(
  items: readonly Item[],
  load: (item: Item) => Promise<Result>,
  problems: SweepError[],
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    try {
      results.push(await load(item));
    } catch (error) {
      if (!(error instanceof SweepError)) throw error;
      problems.push(error);
    }
  }
  return results;
}

function throwAll(problems: readonly SweepError[]): void {
  const [first, ...rest] = problems;
  if (first === undefined) return;
  if (rest.length === 0) throw first;
  throw new SweepError(first.code, joinProblems(problems.map(({ message }) => message)), { cause: first });
}

function uniqueTasks(tasks: readonly TaskDefinition[]): TaskDefinition[] {
  return [...new Map(tasks.map((task) => [task.name, task])).values()];
}

interface Cell {
  readonly task: TaskDefinition;
  readonly shots: number;
}

/** As in lm-eval, a task that says zero shots is never given any. */
function cellsOf(tasks: readonly TaskDefinition[], shots: readonly number[] | null): Cell[] {
  return tasks.flatMap((task) =>
    (task.config.numFewshot === 0 || shots === null ? [task.defaultShots] : shots).map((count) => ({
      task,
      shots: count,
    })),
  );
}

const workloadOf =
  ({ limit, seed, systemInstruction }: Sweep, chat: ChatOptions | null) =>
  ({ task, shots }: Cell): Promise<SweepWorkload> =>
    prepareWorkload(task, { shots, limit, seed, systemInstruction, chat });

async function digestsOf(
  families: readonly Family[],
  precisions: readonly Precision[],
): Promise<PreparedSweep['digestOf']> {
  const digests = new Map<string, string>();
  const nameOf = (model: Model, precision: Precision): string => `${model.directory}\n${precision}`;
  for (const model of families.flatMap(({ models }) => models)) {
    for (const precision of precisions) {
      if (model.files[precision] === undefined) continue;
      digests.set(nameOf(model, precision), await digestOfModel(model, precision));
    }
  }
  return (model, precision) => digests.get(nameOf(model, precision)) ?? '';
}
