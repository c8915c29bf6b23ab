import { existsSync } from 'node:fs';
import { Command } from 'commander';
import type { TextRequest } from '../domain/request.js';
import { SweepError } from '../errors.js';
import { listTasks, type TaskListing } from '../task/list-tasks.js';
import { loadTasks } from '../task/load-tasks.js';
import { prepareWorkload } from '../task/prepare-workload.js';

const SHIPPED_TASKS = 'models/snowflake/tasks';

interface ListOptions {
  readonly includePath: readonly string[];
  readonly json?: boolean;
}

interface ShowOptions {
  readonly includePath: readonly string[];
  readonly shots?: string;
  readonly index: string;
  readonly seed: string;
}

/** `scalesweep tasks`: which task files run here, and what a task asks. */
export function tasksCommand(): Command {
  const command = new Command('tasks').description('list task files, or show what a task asks');
  command
    .command('list')
    .description('every task file: its name, type, number of samples, and whether it runs')
    .argument('[folders...]', 'folders of .yaml files')
    .option('--include-path <folder...>', 'more folders of .yaml files', [])
    .option('--json', 'one JSON object a line')
    .action(async (folders: string[], options: ListOptions) => {
      const rows = await listTasks(foldersOf([...folders, ...options.includePath]));
      console.log(
        options.json === true ? rows.map((row) => JSON.stringify(row)).join('\n') : formatTable(rows),
      );
    });
  command
    .command('show')
    .description('one rendered sample: every request with its full prompt')
    .argument('<task>', 'name, file, tag or group')
    .option('--include-path <folder...>', 'folders of .yaml files', [])
    .option('--shots <k>', 'worked examples before the sample (default: as the task says)')
    .option('--index <i>', 'which sample, from 0', '0')
    .option('--seed <n>', 'seed of the few-shot draws', '1234')
    .action(async (task: string, options: ShowOptions) => {
      console.log(await showTask(task, options));
    });
  return command;
}

function foldersOf(given: readonly string[]): readonly string[] {
  if (given.length > 0) return given;
  return existsSync(SHIPPED_TASKS) ? [SHIPPED_TASKS] : ['.'];
}

function formatTable(rows: readonly TaskListing[]): string {
  if (rows.length === 0) return 'no .yaml files';
  const table = rows.map((row) => [
    row.name ?? row.file,
    row.outputType ?? row.kind,
    row.nSamples === null ? '' : String(row.nSamples),
    row.problem ?? (row.hubDataset === null ? 'runs' : `runs with ${row.hubDataset} from the hub`),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = table.map((cells) =>
    cells
      .map((cell, column) =>
        column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const nRunning = rows.filter(({ kind, problem }) => kind === 'task' && problem === null).length;
  const nTasks = rows.filter(({ kind }) => kind === 'task').length;
  return [...lines, `${nRunning} of ${nTasks} tasks run`].join('\n');
}

async function showTask(name: string, options: ShowOptions): Promise<string> {
  const [task] = await loadTasks([name], { includePaths: foldersForShow(options) });
  if (task === undefined)
    throw new SweepError('UNKNOWN_TASK', `Expected a task named ${JSON.stringify(name)}.`);
  const index = wholeNumber('--index', options.index);
  const shots = options.shots === undefined ? task.defaultShots : wholeNumber('--shots', options.shots);
  const seed = wholeNumber('--seed', options.seed);
  const workload = await prepareWorkload(task, { shots, limit: index + 1, seed, onlyToShow: true });
  const sample = workload.samples.at(index);
  if (sample === undefined) {
    throw new SweepError('NO_SAMPLE', `Expected \`--index\` below ${workload.samples.length}, got ${index}.`);
  }
  const head = `${task.name} (${task.outputType}, ${shots} shots, ${workload.task.nDocs ?? 0} samples) from ${task.source}`;
  return [head, ...sample.requests.map(formatRequest)].join('\n\n');
}

function foldersForShow(options: ShowOptions): readonly string[] {
  if (options.includePath.length > 0) return options.includePath;
  return existsSync(SHIPPED_TASKS) ? [SHIPPED_TASKS] : [];
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new SweepError(
    'BAD_OPTION',
    `Expected \`${option}\` to be a whole number from 0, got ${JSON.stringify(text)}.`,
  );
}

function formatRequest(request: TextRequest, index: number): string {
  const head = `--- request ${index} (${request.kind})`;
  switch (request.kind) {
    case 'loglikelihood':
      return `${head}\n${request.context}\n--- continuation: ${JSON.stringify(request.continuation)}`;
    case 'loglikelihood_rolling':
      return `${head}\n${request.text}`;
    case 'generate_until':
      return `${head}\n${request.context}\n--- until ${JSON.stringify(request.until)}, at most ${request.maxNewTokens} tokens`;
  }
}
