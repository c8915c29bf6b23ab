import { DuckDBInstance } from '@duckdb/node-api';
import { SweepError } from '../../errors.js';
import { pyFloat, PyDatetime, type PyDict, type PyValue } from '../../python/value.js';

/** The documents of a Parquet file, read in chunks. */
export async function* readParquet(file: string): AsyncGenerator<PyDict> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const result = await connection.stream(`SELECT * FROM read_parquet('${file.replaceAll("'", "''")}')`);
    const names = result.columnNames();
    const isFloat = result.columnTypes().map((type) => /^(?:FLOAT|DOUBLE)/.test(String(type)));
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const row of chunk.getRows()) {
        yield Object.fromEntries(
          names.map((name, index) => [name, toPython(row[index], isFloat[index] ?? false)]),
        );
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SweepError('BAD_DATA', `Expected a Parquet file at ${file}: ${reason}.`, { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function toPython(value: unknown, isFloat: boolean): PyValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return isFloat ? pyFloat(value) : value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return null;
  if ('micros' in value && typeof value.micros === 'bigint') return new PyDatetime(value.micros);
  if ('items' in value && Array.isArray(value.items))
    return value.items.map((item: unknown) => toPython(item, isFractional(value.items)));
  if (
    'entries' in value &&
    typeof value.entries === 'object' &&
    value.entries !== null &&
    !Array.isArray(value.entries)
  ) {
    return Object.fromEntries(
      Object.entries(value.entries).map(([key, item]) => [key, toPython(item, false)]),
    );
  }
  return textOfDuckValue(value);
}

// Dates, decimals and the like print themselves.
function textOfDuckValue(value: { toString(): string }): string {
  return value.toString();
}

function isFractional(items: unknown): boolean {
  return Array.isArray(items) && items.some((item) => typeof item === 'number' && !Number.isInteger(item));
}
