import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { SweepError } from '../../errors.js';
import { listFiles } from '../../files/list-files.js';
import { isGlob } from '../../files/fnmatch.js';
import type { PyDict } from '../../python/value.js';
import type { SplitFiles } from './data-source.js';
import { compilePathGlob } from '../../files/path-glob.js';
import { readPatterns } from './repo/split-patterns.js';

/**
 * Finds the files that `dataset_kwargs.data_files` names: relative to the task file first, then to the current
 * directory. A path or list without splits is the split `train`, as in the `datasets` library.
 */
export async function locateDataFiles(kwargs: PyDict, taskFile: string): Promise<SplitFiles> {
  const bySplit = readPatterns(kwargs['data_files'] ?? null);
  if (bySplit === null) throw badDataFiles(taskFile);
  const found: Record<string, readonly string[]> = {};
  for (const [split, patterns] of Object.entries(bySplit)) {
    const paths: string[] = [];
    for (const pattern of patterns) paths.push(...(await locate(pattern, { kwargs, taskFile })));
    found[split] = paths;
  }
  return found;
}

async function locate(
  pattern: string,
  where: { readonly kwargs: PyDict; readonly taskFile: string },
): Promise<string[]> {
  if (/^\w+:\/\//.test(pattern)) throw isAddress(pattern, where.taskFile);
  const folder = where.kwargs['data_dir'];
  const inFolder = typeof folder === 'string' && !isAbsolute(pattern) ? `${folder}/${pattern}` : pattern;
  const candidates = isAbsolute(inFolder)
    ? [inFolder]
    : [...new Set([resolve(dirname(where.taskFile), inFolder), resolve(inFolder)])];
  for (const candidate of candidates) {
    if (existsSync(candidate)) return [candidate];
    const matches = isGlob(candidate) ? await expand(candidate) : [];
    if (matches.length > 0) return matches;
  }
  throw new SweepError(
    'NO_DATA_FILE',
    `Expected the data file ${JSON.stringify(pattern)} of ${where.taskFile} to exist; tried ${candidates.join(' and ')}.`,
  );
}

async function expand(pattern: string): Promise<string[]> {
  const parts = pattern.split('/');
  const fixed = parts.slice(0, parts.findIndex(isGlob)).join('/');
  if (!existsSync(fixed)) return [];
  const regex = compilePathGlob(pattern);
  return (await listFiles(fixed, '')).filter((path) => regex.test(path));
}

function isAddress(address: string, taskFile: string): SweepError {
  return new SweepError(
    'DATA_ADDRESS',
    `Expected paths in \`dataset_kwargs.data_files\` of ${taskFile}, got the address ${address}: download it and name the file, or name a data set of the hub in \`dataset_path\`.`,
  );
}

function badDataFiles(taskFile: string): SweepError {
  return new SweepError(
    'BAD_TASK',
    `Expected \`dataset_kwargs.data_files\` in ${taskFile} to be a path, a list of paths, or a path or list for each split.`,
  );
}
