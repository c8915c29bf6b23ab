import {
  DuckDBArrayType,
  DuckDBInstance,
  DuckDBListType,
  DuckDBStructType,
  type DuckDBType,
} from '@duckdb/node-api';
import { SweepError } from '../../errors.js';
import { datetimeStr } from '../../python/repr.js';
import { pyDict, pyFloat, pyInt, PyDatetime, type PyDict, type PyValue } from '../../python/value.js';

// One thread and a bound on memory: row groups are read one after the other, in order.
const SETTINGS = { threads: '1', memory_limit: '1GB' };

/** The documents of a Parquet file, read in chunks of some thousand rows, with the types of the file's columns. */
export async function* readParquet(file: string): AsyncGenerator<PyDict> {
  const instance = await DuckDBInstance.create(':memory:', SETTINGS);
  const connection = await instance.connect();
  try {
    const result = await connection.stream(`SELECT * FROM read_parquet('${file.replaceAll("'", "''")}')`);
    const names = result.columnNames();
    const types = result.columnTypes();
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const row of chunk.getRows()) {
        yield pyDict(names.map((name, index) => [name, toPython(row[index], types[index])]));
      }
    }
  } catch (error) {
    if (error instanceof SweepError) throw error;
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    throw new SweepError('BAD_DATA', `Expected a Parquet file at ${file}: ${reason}.`, { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const FLOAT = /^(?:FLOAT|DOUBLE)/;

function toPython(value: unknown, type: DuckDBType | undefined): PyValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return FLOAT.test(String(type)) ? pyFloat(value) : value;
  if (typeof value === 'bigint') return pyInt(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return null;
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType)
    return itemsOf(value).map((item) => toPython(item, type.valueType));
  if (type instanceof DuckDBStructType) return structOf(value, type);
  return scalarOf(value, String(type));
}

function scalarOf(value: object, type: string): PyValue {
  if (type === 'BLOB') return bytesRepr(value);
  const micros = type.startsWith('TIMESTAMP') ? microsOf(value) : null;
  // Dates, decimals, times of day and the like print themselves.
  if (micros === null) return textOfDuckValue(value);
  const time = new PyDatetime(micros);
  return type.includes('ZONE') ? `${datetimeStr(time)}+00:00` : time;
}

function itemsOf(value: object): readonly unknown[] {
  return 'items' in value && Array.isArray(value.items) ? value.items : [];
}

function structOf(value: object, type: DuckDBStructType): PyDict {
  const entries = ('entries' in value ? value.entries : {}) as Readonly<Record<string, unknown>>;
  return pyDict(
    type.entryNames.map((name, index) => [name, toPython(entries[name], type.entryTypes[index])]),
  );
}

/** Microseconds since 1970 of a timestamp of any unit; null for anything else. */
function microsOf(value: object): bigint | null {
  if ('micros' in value && typeof value.micros === 'bigint') return value.micros;
  if ('millis' in value && typeof value.millis === 'bigint') return value.millis * 1000n;
  if ('seconds' in value && typeof value.seconds === 'bigint') return value.seconds * 1_000_000n;
  return 'nanos' in value && typeof value.nanos === 'bigint' ? value.nanos / 1000n : null;
}

function textOfDuckValue(value: { toString(): string }): string {
  return value.toString();
}

/** Python's repr of bytes. */
function bytesRepr(value: object): string {
  const bytes = 'bytes' in value && value.bytes instanceof Uint8Array ? value.bytes : new Uint8Array();
  const short: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };
  const hasQuote = bytes.includes(39) && !bytes.includes(34);
  const quote = hasQuote ? '"' : "'";
  const body = Array.from(bytes, (byte) => {
    if (byte === 39 && !hasQuote) return "\\'";
    if (short[byte] !== undefined) return short[byte];
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${body.join('')}${quote}`;
}
