import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SweepError } from '../../errors.js';
import type { Axis, CurveInput } from '../points.js';
import { bigBenchPoints, isBigBenchScores } from './bigbench-scores.js';
import { isLmEvalResults, lmEvalPoints, type LmEvalResults } from './lm-eval-results.js';
import { joinPoints, type NamedPoint } from './point-of.js';
import { isTableFile, readRows } from './rows.js';
import { readTablePoints } from './table-points.js';

/**
 * Reads measured points from files or directories of them, and joins them into curves: tables (CSV, JSONL, Parquet),
 * results of lm-eval 0.2 to 0.4 with their samples, and score files of BIG-bench.
 * Throws SweepError where a file is none of these, or where one curve would mix prompts.
 */
export async function readCurves(paths: readonly string[], axis: Axis | null = null): Promise<CurveInput[]> {
  const points: NamedPoint[] = [];
  for (const path of paths) for (const file of await filesAt(path)) points.push(...(await readPoints(file)));
  refuseMixedPrompts(points);
  refuseUnknownSizes(points);
  const curves = joinPoints(points, axis);
  if (curves.length > 0) return curves;
  throw new SweepError('EMPTY_DATA', `Expected measured points in ${paths.join(', ')}, found none`);
}

/** The files below a directory that hold points, or the file itself. */
async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new SweepError('NO_SUCH_FILE', `Expected a file or directory at ${path}, but there is none`, {
      cause: error,
    });
  });
  if (!found.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => name.endsWith('.json') || (isTableFile(name) && !basename(name).startsWith('samples_')))
    .sort()
    .map((name) => join(path, name));
}

async function readPoints(file: string): Promise<NamedPoint[]> {
  if (isTableFile(file)) return readTablePoints(file);
  const content = await readJson(file);
  if (isBigBenchScores(content)) return bigBenchPoints(content, file);
  if (isLmEvalResults(content)) return lmEvalPoints(content, file, await samplesBeside(content, file));
  throw new SweepError(
    'UNKNOWN_FORMAT',
    `Expected ${file} to be a run directory, lm-eval results, BIG-bench scores, or a table in CSV, JSONL or Parquet`,
  );
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    // Python's json writes NaN and Infinity, which JSON has no words for.
    return JSON.parse(text.replaceAll(/([:[,]\s*)-?(?:NaN|Infinity)(?=\s*[,}\]])/g, '$1null')) as unknown;
  } catch (error) {
    throw new SweepError('BAD_DATA', `Expected JSON in ${file}: ${String(error)}`, { cause: error });
  }
}

/** lm-eval writes the samples of a task beside its results, under the same time. */
async function samplesBeside(
  content: LmEvalResults,
  file: string,
): Promise<(task: string) => Record<string, unknown>[] | null> {
  const time = /results_(.+)\.json$/.exec(basename(file))?.[1];
  const tables = new Map<string, Record<string, unknown>[]>();
  for (const task of time === undefined ? [] : Object.keys(content.results)) {
    const path = join(dirname(file), `samples_${task}_${time ?? ''}.jsonl`);
    if (await stat(path).catch(() => null)) tables.set(task, await readSamples(path));
  }
  return (task) => tables.get(task) ?? null;
}

async function readSamples(path: string): Promise<Record<string, unknown>[]> {
  const samples: Record<string, unknown>[] = [];
  for await (const rows of readRows(path)) samples.push(...rows);
  return samples;
}

function refuseMixedPrompts(points: readonly NamedPoint[]): void {
  const seen = new Map<string, NamedPoint>();
  for (const named of points) {
    if (named.prompt === null) continue;
    const key = JSON.stringify([named.family, named.task, named.shots, named.metric]);
    const first = seen.get(key) ?? named;
    seen.set(key, first);
    if (first.prompt === named.prompt) continue;
    throw new SweepError(
      'MIXED_PROMPTS',
      `Expected one prompt for ${named.family} on ${named.task}, but ${first.source} and ${named.source} asked differently: analyse them apart`,
    );
  }
}

function refuseUnknownSizes(points: readonly NamedPoint[]): void {
  const unknown = points.find(({ point }) => !(point.nParams > 0));
  if (unknown === undefined) return;
  throw new SweepError(
    'UNKNOWN_SIZE',
    `Expected ${unknown.source} to tell the parameters of its model: name the model with its size (like 1.4b)`,
  );
}
