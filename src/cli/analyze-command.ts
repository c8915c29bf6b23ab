import { Command, Option } from 'commander';
import { analyzeCurves } from '../analysis/analyze-curves.js';
import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { AXES } from '../analysis/points.js';
import { SweepError } from '../errors.js';
import { curvesCsv } from '../report/csv.js';
import { curvesJson } from '../report/json.js';
import { curvesMarkdown } from '../report/markdown.js';
import { curveTable } from '../report/table.js';
import { parseAxis, parseCount, readCurveSource } from './curve-source.js';

const RENDERERS: Readonly<Record<string, (curves: readonly CurveAnalysis[]) => string>> = {
  table: (curves) => curveTable(curves),
  json: curvesJson,
  csv: curvesCsv,
  md: curvesMarkdown,
};

interface Flags {
  readonly format: string;
  readonly axis: string;
  readonly metric?: string;
  readonly task?: string;
  readonly draws: string;
  readonly seed: string;
}

/** `scalesweep analyze`: classes, thresholds and forecasts of a run or of published points, without running anything. */
export function analyzeCommand(): Command {
  return new Command('analyze')
    .description('say what curves mean: class, threshold, forecast, smallest model')
    .argument('<run|file...>', 'a run directory, lm-eval results, BIG-bench scores, or CSV, JSONL, Parquet')
    .addOption(new Option('--format <name>').choices(Object.keys(RENDERERS)).default('table'))
    .addOption(
      new Option('--axis <name>', 'what curves are drawn against').choices(AXES).default('parameters'),
    )
    .option('--metric <name>', 'only this metric')
    .option('--task <text>', 'only tasks whose name contains this')
    .option('--draws <n>', 'resamples of items', '2000')
    .option('--seed <n>', 'seed of the resamples', '0')
    .action(async (paths: string[], flags: Flags) => {
      const source = await readCurveSource(paths, parseAxis(flags.axis));
      const wanted = source.curves.filter(
        ({ metric, task }) =>
          (flags.metric === undefined || metric === flags.metric) &&
          (flags.task === undefined || task.includes(flags.task)),
      );
      if (wanted.length === 0) throw nothingWanted(source.curves.length, flags);
      const options = { draws: parseCount('--draws', flags.draws), seed: Number(flags.seed) };
      process.stdout.write(RENDERERS[flags.format]?.(analyzeCurves(wanted, options)) ?? '');
    });
}

function nothingWanted(nCurves: number, { metric, task }: Flags): SweepError {
  const asked = [metric === undefined ? '' : `metric ${metric}`, task === undefined ? '' : `task ${task}`];
  return new SweepError(
    'NO_CURVES',
    `Expected curves of ${asked.filter(Boolean).join(' and ') || 'completed trials'}, but none of the ${nCurves} is one`,
  );
}
