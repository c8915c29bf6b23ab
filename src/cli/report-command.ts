import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import { analyzeCurves } from '../analysis/analyze-curves.js';
import { SweepError } from '../errors.js';
import { chartPng, chartSvg } from '../report/chart-files.js';
import { curvesCsv } from '../report/csv.js';
import { reportPage } from '../report/html/page.js';
import { curvesParquet } from '../report/parquet.js';
import { reportCharts } from '../report/report-charts.js';
import type { ReportChart, ReportData } from '../report/report-data.js';
import { reportJson } from '../report/report-json.js';
import { reportMarkdown } from '../report/report-markdown.js';
import { reportOfCurves } from '../report/report-of-curves.js';
import { readVegaSource } from '../report/vega-source.js';
import { fullReportOf } from '../run/report-data.js';
import { AXIS_HELP, parseAxis, readCurveSource } from './curve-source.js';
import { checkOutputFile, makeOutputFolder, writeOutput } from './output-file.js';

const DOCUMENTS: Readonly<Record<string, (data: ReportData) => string | Buffer | Promise<string | Buffer>>> =
  {
    html: async (data) => reportPage(data, await readVegaSource()),
    md: reportMarkdown,
    csv: ({ curves }) => curvesCsv(curves),
    json: reportJson,
    parquet: ({ curves }) => curvesParquet(curves),
  };

const DRAWINGS: Readonly<Record<string, (chart: ReportChart) => Promise<string | Buffer>>> = {
  svg: chartSvg,
  png: chartPng,
};

interface Flags {
  readonly format: string;
  readonly axis?: string;
  readonly chart?: string;
  readonly output?: string;
}

/** `scalesweep report`: pages, tables and charts from a run, or from published points. */
export function reportCommand(): Command {
  const formats = [...Object.keys(DOCUMENTS), ...Object.keys(DRAWINGS)];
  return new Command('report')
    .description('write the page, a table or the charts of a run')
    .argument('<run|file...>', 'a run directory, or measured points as `analyze` reads them')
    .addOption(new Option('--format <name>').choices(formats).default('html'))
    .option('--axis <name>', AXIS_HELP)
    .option('--chart <name>', 'with svg and png: only this chart, into a file')
    .option('-o, --output <path>', 'a file; with svg and png a folder; default: standard output')
    .action(async (paths: string[], flags: Flags) => {
      await checkFlags(flags);
      const data = await readReport(paths, flags.axis);
      if (data.unfinished > 0) {
        process.stderr.write(
          `${data.unfinished} trials have not ended: the report shows what there is so far\n`,
        );
      }
      const draw = DRAWINGS[flags.format];
      if (draw === undefined) await writeTo(flags.output, await DOCUMENTS[flags.format]?.(data));
      else await writeCharts(data, draw, flags);
    });
}

/** What can be wrong with the flags is found before the analysis, which may take a while. */
async function checkFlags({ format, chart, output }: Flags): Promise<void> {
  const isDrawing = format in DRAWINGS;
  if (chart !== undefined && !isDrawing) {
    throw new SweepError('FLAG', `Expected --chart with --format svg or png, got it with ${format}`);
  }
  if (isDrawing && chart === undefined) {
    if (output === undefined) {
      throw new SweepError(
        'FLAG',
        `Expected -o with a folder for the charts of --format ${format}, or --chart with the name of one`,
      );
    }
    makeOutputFolder(output);
  } else if (output !== undefined) await checkOutputFile(output);
}

async function readReport(paths: readonly string[], axis: string | undefined): Promise<ReportData> {
  const { run, curves: inputs } = await readCurveSource(paths, parseAxis(axis));
  const curves = analyzeCurves(inputs);
  return run === null
    ? reportOfCurves(basename(paths[0] ?? 'curves'), { inputs, curves })
    : fullReportOf(run, { inputs, curves }, null);
}

async function writeCharts(
  data: ReportData,
  draw: (chart: ReportChart) => Promise<string | Buffer>,
  { chart: wanted, output, format }: Flags,
): Promise<void> {
  const charts = reportCharts(data);
  if (wanted === undefined) {
    for (const chart of charts)
      await writeOutput(join(output ?? '.', `${chart.name}.${format}`), await draw(chart));
    process.stderr.write(`${charts.length} charts are in ${output ?? '.'}\n`);
    return;
  }
  const chart = charts.find(({ name }) => name === wanted);
  if (chart === undefined) {
    const names = charts.map(({ name }) => name).join(', ');
    throw new SweepError(
      'UNKNOWN_CHART',
      `Expected --chart to be one of ${names}, got ${JSON.stringify(wanted)}`,
    );
  }
  await writeTo(output, await draw(chart));
}

async function writeTo(path: string | undefined, content: string | Buffer = ''): Promise<void> {
  if (path === undefined) process.stdout.write(content);
  else await writeOutput(path, content);
}
