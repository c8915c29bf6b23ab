import { extname } from 'node:path';
import { SweepError } from '../../errors.js';
import type { PyDict } from '../../python/value.js';
import { readBigBenchTask } from '../bigbench/task-file.js';
import { readCsv } from './read-csv.js';
import { readJson } from './read-json.js';
import { readParquet } from './read-parquet.js';
import { TableShape } from './unify-columns.js';

/** The formats that `dataset_path` may name. */
export const DATA_FORMATS = ['json', 'csv', 'parquet', 'bigbench'] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];

/** The documents of one split, in order. */
export interface Split {
  readonly columns: readonly string[];
  readonly rows: readonly PyDict[];
}

/** Reads all files of a split and gives every document the columns and types of the whole. */
export async function readSplit(
  format: DataFormat,
  files: readonly string[],
  kwargs: PyDict,
): Promise<Split> {
  const shape = new TableShape({ readsDates: format === 'json' });
  const rows: PyDict[] = [];
  for (const file of files) {
    for await (const row of readRows(format, file, kwargs)) {
      shape.add(row);
      rows.push(row);
    }
  }
  if (rows.length === 0)
    throw new SweepError('BAD_DATA', `Expected at least one document in ${files.join(', ')}.`);
  return { columns: shape.columns, rows: rows.map((row) => shape.conform(row)) };
}

function readRows(format: DataFormat, file: string, kwargs: PyDict): AsyncGenerator<PyDict> {
  if (format === 'parquet') return readParquet(file);
  if (format === 'bigbench') return readBigBenchDocs(file);
  if (format === 'csv') {
    const separator = kwargs['sep'] ?? kwargs['delimiter'] ?? (extname(file) === '.tsv' ? '\t' : ',');
    return readCsv(file, typeof separator === 'string' ? separator : ',');
  }
  const field = kwargs['field'];
  return readJson(file, typeof field === 'string' ? field : null);
}

async function* readBigBenchDocs(file: string): AsyncGenerator<PyDict> {
  yield* (await readBigBenchTask(file)).docs;
}
