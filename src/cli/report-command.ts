import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { analyzeCurves } from '../analysis/analyze-curves.js';
import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { curvesCsv } from '../report/csv.js';
import { reportPage } from '../report/html/page.js';
import { curvesJson } from '../report/json.js';
import { curvesMarkdown } from '../report/markdown.js';
import { curvesParquet } from '../report/parquet.js';
import { reportOfCurves } from '../report/report-of-curves.js';
import { readVegaSource } from '../report/vega-source.js';
import { reportDataOf } from '../run/report-data.js';
import { AXIS_HELP, parseAxis, readCurveSource, type CurveSource } from './curve-source.js';

const FORMATS = ['html', 'md', 'csv', 'json', 'parquet'] as const;
type Format = (typeof FORMATS)[number];

interface Flags {
  readonly format: Format;
  readonly axis?: string;
  readonly output?: string;
}

/** `scalesweep report`: pages and tables from a run, or from published points. */
export function reportCommand(): Command {
  return new Command('report')
    .description('write the page or a table of a run')
    .argument('<run|file...>', 'a run directory, or measured points as `analyze` reads them')
    .addOption(new Option('--format <name>').choices(FORMATS).default('html'))
    .option('--axis <name>', AXIS_HELP)
    .option('-o, --output <file>', 'where to write; default: standard output')
    .action(async (paths: string[], flags: Flags) => {
      const source = await readCurveSource(paths, parseAxis(flags.axis));
      const curves = analyzeCurves(source.curves);
      const title = basename(paths[0] ?? 'curves');
      const content = await render(flags.format, source, { curves, title });
      if (flags.output === undefined) process.stdout.write(content);
      else await writeFile(flags.output, content);
    });
}

async function render(
  format: Format,
  { run, curves: inputs }: CurveSource,
  { curves, title }: { curves: readonly CurveAnalysis[]; title: string },
): Promise<string | Buffer> {
  switch (format) {
    case 'html': {
      const answer = { inputs, curves };
      const data = run === null ? reportOfCurves(title, answer) : reportDataOf(run, inputs, curves);
      return reportPage(data, await readVegaSource());
    }
    case 'md':
      return curvesMarkdown(curves);
    case 'csv':
      return curvesCsv(curves);
    case 'json':
      return curvesJson(curves);
    case 'parquet':
      return curvesParquet(curves);
  }
}
