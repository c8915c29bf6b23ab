import { DuckDBInstance } from '@duckdb/node-api';
import { SweepError } from '../../errors.js';

/** One row of a table: a cell is text, a number or nothing. */
export type Row = Readonly<Record<string, string | number | null>>;

/** How DuckDB is told to read each kind of file; CSV cells stay text, so that names such as `1e3` are not numbers. */
const READERS: readonly (readonly [ending: RegExp, call: (path: string) => string])[] = [
  [/\.[ct]sv(\.gz)?$/i, (path) => `read_csv(${path}, all_varchar = true, header = true)`],
  [/\.(jsonl|ndjson)(\.gz)?$/i, (path) => `read_json(${path}, format = 'newline_delimited')`],
  [/\.parquet$/i, (path) => `read_parquet(${path})`],
];

/** True where the file's name says that it is a table. */
export function isTableFile(file: string): boolean {
  return READERS.some(([ending]) => ending.test(file));
}

/** The rows of a CSV, TSV, JSONL or Parquet file (the text ones may be gzipped), in chunks. Throws SweepError on a damaged file. */
export async function* readRows(file: string): AsyncGenerator<Row[]> {
  const reader = READERS.find(([ending]) => ending.test(file));
  if (reader === undefined) {
    throw new SweepError(
      'UNKNOWN_FORMAT',
      `Expected a .csv, .tsv, .jsonl, .ndjson or .parquet file, got ${file}`,
    );
  }
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const result = await connection.stream(`SELECT * FROM ${reader[1](`'${file.replaceAll("'", "''")}'`)}`);
    const names = result.columnNames();
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      yield chunk.getRows().map((row) => Object.fromEntries(names.map((name, i) => [name, cellOf(row[i])])));
    }
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    throw new SweepError('BAD_DATA', `Expected a readable table at ${file}: ${reason}`, { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function cellOf(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
