import { statSync } from 'node:fs';
import { Command, Option } from 'commander';
import { compareRuns, type RunComparison } from '../analysis/compare-runs.js';
import { SweepError } from '../errors.js';
import {
  COMPARE_HEADER,
  compareRows,
  compareSentences,
  compareTable,
  SPEED_HEADER,
  speedRows,
} from '../report/compare-table.js';
import { csvCell } from '../report/csv.js';
import { markdownTable } from '../report/markdown.js';
import { comparedRun } from '../run/compared-run.js';
import { readRun, type Run } from '../run/read-run.js';
import { compareBenchFiles, repeatsOption } from './bench-compare.js';
import { checkOutputFile, writeOutput } from './output-file.js';

const RENDERERS: Readonly<Record<string, (comparison: RunComparison, showsAll: boolean) => string>> = {
  table: compareTable,
  json: ({ cells, speed, unmatched }) =>
    `${JSON.stringify({ comparisons: cells, speed, unmatched }, null, 1)}\n`,
  csv: ({ cells }) =>
    [COMPARE_HEADER, ...compareRows(cells)].map((row) => `${row.map(csvCell).join(',')}\n`).join(''),
  md: (comparison) =>
    [
      `${compareSentences(comparison).join('\n')}\n`,
      markdownTable(COMPARE_HEADER, compareRows(comparison.cells)),
      markdownTable(SPEED_HEADER, speedRows(comparison.speed)),
    ].join('\n'),
};

interface Flags {
  readonly format: string;
  readonly all?: boolean;
  readonly output?: string;
  readonly repeats?: readonly string[];
}

/** `scalesweep compare`: differences of two runs on the same samples, with their significance, and speed; or of two bench files. */
export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'compare two runs: paired differences with significance, accuracy and speed; or two bench files',
    )
    .argument('<run-a>', 'a run directory, or a bench file')
    .argument('<run-b>', 'another')
    .addOption(repeatsOption())
    .addOption(new Option('--format <name>').choices(Object.keys(RENDERERS)).default('table'))
    .option('--all', 'in the table: also the trials that do not differ')
    .option('-o, --output <file>', 'where to write; default: standard output')
    .action(async (first: string, second: string, flags: Flags) => {
      if (flags.output !== undefined) await checkOutputFile(flags.output);
      if (isFile(first) && isFile(second)) {
        const { repeats = [], format } = flags;
        const compared = compareBenchFiles([first, second], { repeats, json: format === 'json' });
        await writeTo(flags.output, compared.text);
        process.exitCode = compared.exitCode;
        return;
      }
      const [a, b] = [await readRun(first), await readRun(second)];
      refuseOtherQuestions(a.header.tasks, b.header.tasks);
      const comparison = compareRuns(comparedRun(a), comparedRun(b));
      if (comparison.cells.length === 0) {
        throw new SweepError(
          'NOTHING_IN_COMMON',
          `Expected ${first} and ${second} to share a model and a task, but no completed trial is in both`,
        );
      }
      tellUnfinished(a, b);
      await writeTo(flags.output, RENDERERS[flags.format]?.(comparison, flags.all ?? false) ?? '');
    });
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

async function writeTo(path: string | undefined, content: string): Promise<void> {
  if (path === undefined) process.stdout.write(content);
  else await writeOutput(path, content);
}

function tellUnfinished(...runs: readonly Run[]): void {
  for (const { directory, unfinished } of runs) {
    if (unfinished.length === 0) continue;
    process.stderr.write(`${unfinished.length} trials of ${directory} have not ended, and are left out\n`);
  }
}

interface Asked {
  readonly name: string;
  readonly shots: number;
  readonly workload: string;
}

/** Samples are paired by number, so that both runs must have asked the same. */
function refuseOtherQuestions(a: readonly Asked[], b: readonly Asked[]): void {
  for (const task of a) {
    const other = b.find(({ name, shots }) => name === task.name && shots === task.shots);
    if (other === undefined || other.workload === task.workload) continue;
    throw new SweepError(
      'OTHER_QUESTIONS',
      `Expected both runs to ask the same of ${task.name} at ${task.shots} shots, but their requests differ (another limit, seed or version): run one of them again`,
    );
  }
}
