import { Command, Option } from 'commander';
import { analyzeCurves } from '../analysis/analyze-curves.js';
import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { lossLaws } from '../analysis/laws/loss-laws.js';
import { twoStepForecasts } from '../analysis/laws/two-step.js';
import type { CurveInput } from '../analysis/points.js';
import { keptAbilities } from '../analysis/kept-abilities.js';
import { SweepError } from '../errors.js';
import { costsByScale } from '../report/cost-table.js';
import { csvCell, curvesCsv } from '../report/csv.js';
import { curvesJson } from '../report/json.js';
import { KEEP_HEADER, keepRows, keepTable } from '../report/keep-table.js';
import { lawTable } from '../report/law-table.js';
import { curvesMarkdown, markdownTable } from '../report/markdown.js';
import { curveTable } from '../report/table.js';
import { AXIS_HELP, parseAxis, parseCount, readCurveSource, type CurveSource } from './curve-source.js';

const RENDERERS: Readonly<Record<string, (curves: readonly CurveAnalysis[]) => string>> = {
  table: (curves) => curveTable(curves),
  json: curvesJson,
  csv: curvesCsv,
  md: curvesMarkdown,
};

interface Flags {
  readonly format: string;
  readonly axis?: string;
  readonly metric?: string;
  readonly task?: string;
  readonly draws: string;
  readonly seed: string;
  readonly keep?: string;
  readonly reference?: string;
  readonly law?: boolean;
  readonly dropHighest: string;
}

/** `scalesweep analyze`: classes, thresholds and forecasts of a run or of published points, without running anything. */
export function analyzeCommand(): Command {
  return new Command('analyze')
    .description('say what curves mean: class, threshold, forecast, smallest model')
    .argument('<run|file...>', 'a run directory, lm-eval results, BIG-bench scores, or CSV, JSONL, Parquet')
    .addOption(new Option('--format <name>').choices(Object.keys(RENDERERS)).default('table'))
    .option('--axis <name>', AXIS_HELP)
    .option('--metric <name>', 'only this metric')
    .option('--task <text>', 'only tasks whose name contains this')
    .option('--draws <n>', 'resamples of items', '2000')
    .option('--seed <n>', 'seed of the resamples', '0')
    .option(
      '--keep <share>',
      'instead: the smallest model that keeps this share of the gain over a guess, such as 0.9',
    )
    .option('--reference <scale>', 'with --keep: the scale to be kept up with; default: the largest')
    .option('--law', 'instead: the power laws of the losses, and forecasts of scores by way of the loss')
    .option('--drop-highest <n>', 'with --law: leave out this many models of the highest loss', '0')
    .action(async (paths: string[], flags: Flags) => {
      const source = await readCurveSource(paths, parseAxis(flags.axis));
      const wanted = source.curves.filter(
        ({ metric, task }) =>
          (flags.metric === undefined || metric === flags.metric) &&
          (flags.task === undefined || task.includes(flags.task)),
      );
      if (wanted.length === 0) throw nothingWanted(source.curves.length, flags);
      if (flags.law === true) {
        process.stdout.write(renderLaws(wanted, flags));
        return;
      }
      const options = { draws: parseCount('--draws', flags.draws), seed: Number(flags.seed) };
      const curves = analyzeCurves(wanted, options);
      if (flags.keep === undefined) process.stdout.write(RENDERERS[flags.format]?.(curves) ?? '');
      else process.stdout.write(renderKept({ ...source, curves: wanted }, curves, flags));
    });
}

function renderLaws(inputs: readonly CurveInput[], flags: Flags): string {
  const dropHighest = parseCount('--drop-highest', flags.dropHighest, 0);
  const laws = lossLaws(inputs, { seed: Number(flags.seed), dropHighest });
  const twoStep = twoStepForecasts(inputs);
  if (flags.format === 'json') return `${JSON.stringify({ laws, twoStep }, null, 1)}\n`;
  return lawTable(laws, twoStep);
}

function renderKept(
  { run, curves: inputs }: CurveSource,
  curves: readonly CurveAnalysis[],
  flags: Flags,
): string {
  const share = Number(flags.keep);
  if (!(share > 0 && share <= 1)) {
    throw new SweepError(
      'FLAG',
      `Expected --keep to be a share above 0 and up to 1, got ${JSON.stringify(flags.keep)}`,
    );
  }
  const kept = keptAbilities(inputs, curves, { share, reference: flags.reference ?? null });
  const costs = costsByScale(run?.trials ?? []);
  if (flags.format === 'json') return `${JSON.stringify({ kept }, null, 1)}\n`;
  if (flags.format === 'table') return keepTable(kept, costs);
  const rows = keepRows(kept, costs);
  if (flags.format === 'md') return markdownTable(KEEP_HEADER, rows);
  return [KEEP_HEADER, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function nothingWanted(nCurves: number, { metric, task }: Flags): SweepError {
  const asked = [metric === undefined ? '' : `metric ${metric}`, task === undefined ? '' : `task ${task}`];
  return new SweepError(
    'NO_CURVES',
    `Expected curves of ${asked.filter(Boolean).join(' and ') || 'completed trials'}, but none of the ${nCurves} is one`,
  );
}
