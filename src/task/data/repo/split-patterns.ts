import { isDict, isList, type PyValue } from '../../../python/value.js';
import { matchFiles } from './match-files.js';

/** Patterns of data files by split. */
export type SplitPatterns = Readonly<Record<string, readonly string[]>>;

const SPLIT_NAME = /^\w+(\.\w+)*$/;
const NUMBER = '[0-9][0-9][0-9][0-9][0-9]';
const sharded = (split: string): string => `data/${split}-${NUMBER}-of-${NUMBER}*.*`;

const KEYWORDS = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'dev', 'val'],
  test: ['test', 'testing', 'eval', 'evaluation'],
};
const SEPARATORS = '[-._ 0-9]';

const IN_FOLDERS = byKeyword((word) => [
  `**/${word}/**`,
  `**/${word}${SEPARATORS}*/**`,
  `**/*${SEPARATORS}${word}/**`,
  `**/*${SEPARATORS}${word}${SEPARATORS}*/**`,
]);
const IN_NAMES = byKeyword((word) => [`**/${word}${SEPARATORS}*`, `**/*${SEPARATORS}${word}${SEPARATORS}*`]);

function byKeyword(patterns: (word: string) => string[]): SplitPatterns {
  return Object.fromEntries(
    Object.entries(KEYWORDS).map(([split, words]) => [split, words.flatMap(patterns)]),
  );
}

/**
 * The patterns that the `datasets` library takes for a repository that names none: shards (`data/train-00000-of-...`),
 * else splits in the names of folders, else in those of files, else everything as `train`; null where it holds nothing.
 */
export function defaultPatterns(files: readonly string[]): SplitPatterns | null {
  const shards = matchFiles(sharded('*'), files);
  if (shards.length > 0) {
    const found = [...new Set(shards.map((path) => /^data\/(.*)-\d{5}-of-\d{5}/.exec(path)?.[1] ?? ''))];
    const known = Object.keys(KEYWORDS).filter((split) => found.includes(split));
    const others = found.filter((split) => !known.includes(split)).toSorted((a, b) => (a < b ? -1 : 1));
    return Object.fromEntries([...known, ...others].map((split) => [split, [sharded(split)]]));
  }
  for (const candidates of [{ logs: ['**/*.eval'] }, IN_FOLDERS, IN_NAMES, { train: ['**'] }]) {
    const present = Object.entries(candidates).filter(([, patterns]) =>
      patterns.some((pattern) => matchFiles(pattern, files).length > 0),
    );
    if (present.length > 0) return Object.fromEntries(present);
  }
  return null;
}

/**
 * `data_files` as patterns by split: a path or list of them is `train`; a list of {split, path} or a dict names splits.
 * Null where it is none of these.
 */
export function readPatterns(value: PyValue): SplitPatterns | null {
  if (isList(value) && value.some((entry) => isDict(entry))) {
    const entries = value.map((entry) =>
      isDict(entry) && typeof entry['split'] === 'string'
        ? ([entry['split'], entry['path'] ?? null] as const)
        : null,
    );
    const named = entries.filter((entry) => entry !== null);
    const splits = new Set(named.map(([split]) => split));
    if (named.length < value.length || splits.size < named.length) return null;
    return readPatterns(Object.fromEntries(named));
  }
  if (!isDict(value)) return readPatterns({ train: value });
  const patterns: Record<string, readonly string[]> = {};
  for (const [split, paths] of Object.entries(value)) {
    const list = isList(paths) ? paths : [paths];
    if (!list.every((path) => typeof path === 'string') || !SPLIT_NAME.test(split)) return null;
    patterns[split] = list.filter((path) => typeof path === 'string');
  }
  return patterns;
}
