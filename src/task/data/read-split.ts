import { extname } from 'node:path';
import { SweepError } from '../../errors.js';
import type { PyDict } from '../../python/value.js';
import { readBigBenchTask } from '../bigbench/task-file.js';
import { castToTable } from './cast-columns.js';
import { castRow, textColumns } from './cast-features.js';
import { readCsv } from './read-csv.js';
import { readJson } from './read-json.js';
import { readParquet } from './read-parquet.js';
import { readText } from './read-text.js';
import { TableBuilder, type Table } from './table.js';
import { TableShape } from './unify-columns.js';

/** The formats that `dataset_path` may name. */
export const DATA_FORMATS = ['json', 'csv', 'parquet', 'text', 'bigbench'] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];

/** How the files of a split are read. */
export interface SplitReading {
  readonly format: DataFormat;
  /** Options of the format: `field`, `sep`. */
  readonly options: PyDict;
  /** Declared types of columns, null where nothing is declared. */
  readonly features: readonly PyDict[] | null;
  /** Keep the first so many documents; null for all. The types of columns depend on all of them all the same. */
  readonly limit: number | null;
  /** The beginning of the data set's first split, whose columns and types all splits have; null for that one itself. */
  readonly first?: TableShape | null;
}

/** The documents of one split, in order. */
export interface Split {
  readonly columns: readonly string[];
  readonly rows: Table;
  /** Documents in the files, kept or not. */
  readonly nDocs: number;
}

/**
 * Reads all files of a split as a stream and gives every document the columns and types of the whole. Memory holds the
 * documents that are kept, and of many of them only the first 50,000: the rest wait in a temporary file.
 */
export async function readSplit(files: readonly string[], reading: SplitReading): Promise<Split> {
  const { format, features, limit, first = null } = reading;
  const shape = new TableShape({ format });
  const kept = new TableBuilder();
  let nDocs = 0;
  for (const file of files) {
    for await (const row of readRows(file, reading)) {
      shape.add(row);
      if (limit === null || nDocs < limit) kept.push(row);
      nDocs += 1;
    }
  }
  if (nDocs === 0) throw new SweepError('BAD_DATA', `Expected at least one document in ${files.join(', ')}.`);
  const isDeclared = features !== null && format !== 'parquet';
  const conform = (row: PyDict): PyDict => {
    const own = shape.conform(row);
    if (isDeclared) return castRow(own, features);
    return first === null ? own : castToTable(own, first, row);
  };
  return { columns: shape.columns, rows: kept.finish(conform), nDocs };
}

// The library takes the types from the first 10,000 lines of CSV and the first 10 MB of JSON.
const FIRST_ROWS = 10_000;

/** Columns and types at the beginning of a file. */
export async function readShape(file: string, reading: Omit<SplitReading, 'limit'>): Promise<TableShape> {
  const shape = new TableShape({ format: reading.format });
  let nRows = 0;
  for await (const row of readRows(file, { ...reading, limit: null })) {
    shape.add(row);
    nRows += 1;
    if (nRows === FIRST_ROWS) break;
  }
  return shape;
}

function readRows(file: string, { format, options, features }: SplitReading): AsyncGenerator<PyDict> {
  switch (format) {
    case 'parquet':
      return readParquet(file);
    case 'bigbench':
      return readBigBenchDocs(file);
    case 'text':
      return readText(file);
    case 'csv': {
      const given = options['sep'] ?? options['delimiter'];
      const usual = extname(file.replace(/\.gz$/i, '')) === '.tsv' ? '\t' : ',';
      return readCsv(file, {
        separator: typeof given === 'string' ? given : usual,
        textColumns: textColumns(features ?? []),
      });
    }
    case 'json': {
      const field = options['field'];
      return readJson(file, typeof field === 'string' ? field : null);
    }
  }
}

async function* readBigBenchDocs(file: string): AsyncGenerator<PyDict> {
  yield* (await readBigBenchTask(file)).docs;
}
