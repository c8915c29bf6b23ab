import { statSync } from 'node:fs';
import { Command, Option } from 'commander';
import { compareRuns, type Comparison } from '../analysis/compare-runs.js';
import { SweepError } from '../errors.js';
import { COMPARE_HEADER, compareRows, compareTable } from '../report/compare-table.js';
import { csvCell } from '../report/csv.js';
import { markdownTable } from '../report/markdown.js';
import { readRun } from '../run/read-run.js';
import { compareBenchFiles, repeatsOption } from './bench-compare.js';

const RENDERERS: Readonly<Record<string, (cells: readonly Comparison[]) => string>> = {
  table: compareTable,
  json: (cells) => `${JSON.stringify({ comparisons: cells }, null, 1)}\n`,
  csv: (cells) =>
    [COMPARE_HEADER, ...compareRows(cells)].map((row) => `${row.map(csvCell).join(',')}\n`).join(''),
  md: (cells) => markdownTable(COMPARE_HEADER, compareRows(cells)),
};

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
    .action(async (first: string, second: string, { format, repeats = [] }: Flags) => {
      if (isFile(first) && isFile(second)) {
        const compared = compareBenchFiles([first, second], { repeats, json: format === 'json' });
        process.stdout.write(compared.text);
        process.exitCode = compared.exitCode;
        return;
      }
      const [a, b] = await Promise.all([readRun(first), readRun(second)]);
      refuseOtherQuestions(a.header.tasks, b.header.tasks);
      const cells = compareRuns(a, b);
      if (cells.length === 0) {
        throw new SweepError(
          'NOTHING_IN_COMMON',
          `Expected ${first} and ${second} to share a model and a task, but no completed trial is in both`,
        );
      }
      process.stdout.write(RENDERERS[format]?.(cells) ?? '');
    });
}

interface Flags {
  readonly format: string;
  readonly repeats?: readonly string[];
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

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
