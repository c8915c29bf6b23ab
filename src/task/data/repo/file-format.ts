import type { PyDict } from '../../../python/value.js';

/** The `datasets` library's builder for files with an ending, and the options that the ending stands for. */
const BUILDERS: Readonly<Record<string, readonly [builder: string, options: PyDict]>> = {
  csv: ['csv', {}],
  tsv: ['csv', { sep: '\t' }],
  json: ['json', {}],
  jsonl: ['json', {}],
  ndjson: ['json', {}],
  parquet: ['parquet', {}],
  geoparquet: ['parquet', {}],
  gpq: ['parquet', {}],
  txt: ['text', {}],
  arrow: ['arrow', {}],
  conll: ['conll', {}],
  conllu: ['conll', {}],
  tar: ['webdataset', {}],
  xml: ['xml', {}],
  hdf5: ['hdf5', {}],
  h5: ['hdf5', {}],
  eval: ['eval', {}],
  lance: ['lance', {}],
  zip: ['archives', {}],
  ...Object.fromEntries(
    ['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp', 'tiff'].map((ending) => [ending, ['images', {}] as const]),
  ),
  ...Object.fromEntries(
    ['wav', 'mp3', 'flac', 'ogg', 'opus'].map((ending) => [ending, ['sound', {}] as const]),
  ),
  ...Object.fromEntries(['mp4', 'mkv', 'avi', 'mov'].map((ending) => [ending, ['videos', {}] as const])),
};

// Where two endings are equally frequent, the first of these counts, else the last by name.
const FAVOURITES = ['parquet', 'lance', 'arrow', 'jsonl', 'json', 'csv'];

const endingsOf = (path: string): string[] =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .split('.')
    .slice(1)
    .map((ending) => ending.toLowerCase());

/** True for files that some builder of the library reads (also compressed: `a.jsonl.gz`). */
export function isDataFile(path: string): boolean {
  return endingsOf(path).some((ending) => BUILDERS[ending] !== undefined);
}

/** True for files of a builder. */
export function isOfBuilder(path: string, builder: string): boolean {
  return endingsOf(path).some((ending) => BUILDERS[ending]?.[0] === builder);
}

/** The builder of the most frequent ending, with its options; null where no ending is known. */
export function inferBuilder(paths: readonly string[]): readonly [builder: string, options: PyDict] | null {
  const counts = new Map<string, number>();
  for (const ending of paths.flatMap(endingsOf)) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  const rank = (ending: string): number => {
    const index = FAVOURITES.indexOf(ending);
    return index === -1 ? FAVOURITES.length : index;
  };
  const [best] = [...counts]
    .filter(([ending]) => BUILDERS[ending] !== undefined)
    .toSorted(([a, n], [b, m]) => m - n || rank(a) - rank(b) || (a < b ? 1 : -1));
  return best === undefined ? null : (BUILDERS[best[0]] ?? null);
}
