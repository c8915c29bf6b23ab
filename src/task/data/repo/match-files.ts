import { isGlob } from '../../../files/fnmatch.js';
import { compilePathGlob } from '../../../files/path-glob.js';

// What the `datasets` library never takes for data unless it is named.
const NOT_DATA = new Set([
  'README.md',
  'config.json',
  'dataset_info.json',
  'dataset_infos.json',
  'dummy_data.zip',
  'dataset_dict.json',
]);

/**
 * The files of a repository that a pattern matches, sorted. Files that only describe a data set, hidden ones and those
 * in folders that begin with two underlines count only where the pattern names such.
 */
export function matchFiles(pattern: string, files: readonly string[]): string[] {
  const cleaned = pattern.replace(/^(?:\.\/)+/, '');
  const regex = isGlob(cleaned) ? compilePathGlob(cleaned) : null;
  const wanted = baseName(cleaned);
  return files
    .filter((path) => (regex === null ? path === cleaned : regex.test(path)))
    .filter((path) => !NOT_DATA.has(baseName(path)) || baseName(path) === wanted)
    .filter((path) => countParts(path, isHidden) === countParts(cleaned, isHidden))
    .filter((path) => countParts(folderOf(path), isSpecial) === countParts(folderOf(cleaned), isSpecial))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** The files of every split by its patterns, and the patterns that name a file which is not there. */
export function resolvePatterns(
  patterns: Readonly<Record<string, readonly string[]>>,
  files: readonly string[],
  isAllowed: (path: string) => boolean,
): { readonly splits: Record<string, string[]>; readonly missing: string[] } {
  const missing: string[] = [];
  const splits: Record<string, string[]> = {};
  for (const [split, ofSplit] of Object.entries(patterns)) {
    splits[split] = ofSplit.flatMap((pattern) => {
      const found = matchFiles(pattern, files).filter(isAllowed);
      if (found.length === 0 && !isGlob(pattern)) missing.push(pattern);
      return found;
    });
  }
  return { splits, missing };
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const isHidden = (part: string): boolean => part.startsWith('.') && !/^\.+$/.test(part);
const isSpecial = (part: string): boolean => part.startsWith('__');

function countParts(path: string, is: (part: string) => boolean): number {
  return path.split('/').filter(is).length;
}
