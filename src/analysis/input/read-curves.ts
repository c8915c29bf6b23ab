import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SweepError } from '../../errors.js';
import { compilePathGlob } from '../../files/path-glob.js';
import type { Axis, CurveInput } from '../points.js';
import { bigBenchPoints, isBigBenchScores } from './bigbench-scores.js';
import { isLmEvalResults, lmEvalPoints } from './lm-eval-results.js';
import { isSamplesFile, samplePoints, samplesBeside } from './lm-eval-samples.js';
import { joinPoints, type NamedPoint } from './point-of.js';
import { readPythonJson } from './python-json.js';
import { isTableFile } from './rows.js';
import { readTablePoints } from './table-points.js';

/**
 * Reads measured points from files or directories of them, and joins them into curves: tables (CSV, JSONL, Parquet),
 * results and samples of lm-eval 0.2 to 0.4, and score files of BIG-bench.
 * Throws SweepError where a file is none of these, or where one curve would mix prompts.
 */
export async function readCurves(paths: readonly string[], axis: Axis | null = null): Promise<CurveInput[]> {
  const all: NamedPoint[] = [];
  for (const path of paths) for (const file of await filesAt(path)) all.push(...(await readPoints(file)));
  const points = latest(all);
  refuseMixedPrompts(points);
  refuseUnknownSizes(points);
  const curves = joinPoints(points, axis);
  if (curves.length > 0) return curves;
  throw new SweepError('EMPTY_DATA', `Expected measured points in ${paths.join(', ')}, found none`);
}

/** The files below a directory that hold points, or the file itself. */
async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) return filesMatching(path);
  if (!found.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  // Lines beside lm-eval's results are their samples, which are read with them.
  const withResults = new Set(
    names.filter((name) => /^results.*\.json$/.test(basename(name))).map((name) => dirname(name)),
  );
  const isSamples = (name: string): boolean => name.endsWith('.jsonl') && withResults.has(dirname(name));
  return names
    .filter((name) => name.endsWith('.json') || (isTableFile(name) && !isSamples(name)))
    .sort()
    .map((name) => join(path, name));
}

/** The files that a pattern such as `evals/*\/zero-shot/*.json` matches. */
async function filesMatching(pattern: string): Promise<string[]> {
  const parts = pattern.split('/');
  const depth = parts.findIndex((part) => /[*?[]/.test(part));
  const folder =
    depth === -1 ? null : parts.slice(0, depth).join('/') || (pattern.startsWith('/') ? '/' : '.');
  const regex = depth === -1 ? null : compilePathGlob(parts.slice(depth).join('/'));
  const names = folder === null ? [] : await readdir(folder, { recursive: true }).catch((): string[] => []);
  const files = names.map((name) => name.replaceAll('\\', '/')).filter((name) => regex?.test(name) === true);
  if (files.length > 0 && folder !== null) return files.toSorted().map((name) => join(folder, name));
  throw new SweepError('NO_SUCH_FILE', `Expected a file or directory at ${pattern}, but there is none`);
}

async function readPoints(file: string): Promise<NamedPoint[]> {
  if (isSamplesFile(file)) return samplePoints(file);
  if (isTableFile(file)) return readTablePoints(file);
  const content = await readPythonJson(file);
  if (isBigBenchScores(content)) return bigBenchPoints(content, file);
  if (isLmEvalResults(content)) return lmEvalPoints(content, file, await samplesBeside(content, file));
  throw new SweepError(
    'UNKNOWN_FORMAT',
    `Expected ${file} to be a run directory, lm-eval results, BIG-bench scores, or a table in CSV, JSONL or Parquet`,
  );
}

/** Of two measurements of the same by one program, the later counts: people run an evaluation again and keep both files. */
function latest(points: readonly NamedPoint[]): NamedPoint[] {
  const seen = new Map<string, NamedPoint>();
  points.forEach((named, index) => {
    const { family, task, shots, metric, point, takenAt } = named;
    const isDated = takenAt !== undefined && takenAt !== null;
    const key = isDated
      ? JSON.stringify([family, task, shots, metric, point.scale, point.nParams])
      : String(index);
    const before = seen.get(key);
    if (before === undefined || (before.takenAt ?? 0) <= (takenAt ?? 0)) seen.set(key, named);
  });
  return [...seen.values()];
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
