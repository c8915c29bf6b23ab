import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { SweepError } from '../errors.js';
import type { BenchRow } from './bench-row.js';
import { verdictOf } from './columns.js';

/** One measurement in the history, oldest first. */
export interface HistoryEntry {
  readonly at: string;
  readonly commit: string | null;
  readonly cpu: string;
  readonly model: string;
  readonly precision: string;
  readonly device: string;
  readonly batch: number;
  readonly test: string;
  readonly tokensPerSecond: number | null;
  readonly timeMs: number | null;
  readonly verdict: string;
  /** Rate over the rate of the measurement before on the same processor, less one; null where there is none. */
  readonly change: number | null;
}

/** Which measurements are asked for; text is compared as a whole. */
export interface HistoryFilter {
  readonly model?: string;
  readonly test?: string;
}

const TABLE = `CREATE TABLE IF NOT EXISTS bench (
  key VARCHAR, measured TIMESTAMP, commit VARCHAR, cpu VARCHAR, model VARCHAR, precision VARCHAR, device VARCHAR,
  threads INTEGER, batch INTEGER, concurrency INTEGER, test VARCHAR, tokensPerSecond DOUBLE, timeMs DOUBLE,
  verdict VARCHAR, record JSON, PRIMARY KEY (key, measured))`;

const SELECT = `SELECT strftime(measured, '%Y-%m-%dT%H:%M:%SZ') AS "at", commit, cpu, model, precision, device, batch, test,
  tokensPerSecond, timeMs, verdict,
  lag(timeMs) OVER before / timeMs - 1 AS change
  FROM bench WHERE ($model IS NULL OR model = $model) AND ($test IS NULL OR test = $test)
  WINDOW before AS (PARTITION BY cpu, model, precision, device, threads, batch, concurrency, test ORDER BY measured)
  ORDER BY model, precision, test, batch, measured`;

/** Adds rows to a history, a DuckDB file that is made when it is not there; rows that it has are left alone. Gives how many were new. */
export async function addToHistory(file: string, rows: readonly BenchRow[]): Promise<number> {
  return withHistory(file, async (connection) => {
    const before = await count(connection);
    for (const row of rows) await insert(connection, row);
    return (await count(connection)) - before;
  });
}

/** Measurements of a history in order of time within each point. */
export async function readHistory(file: string, filter: HistoryFilter = {}): Promise<HistoryEntry[]> {
  return withHistory(file, async (connection) => {
    const values = { model: filter.model ?? null, test: filter.test ?? null };
    const reader = await connection.runAndReadAll(SELECT, values);
    return reader.getRowObjectsJS() as unknown as HistoryEntry[];
  });
}

/** Writes a history as one Parquet file, every row with its whole record. */
export async function exportHistory(file: string, target: string): Promise<void> {
  await withHistory(file, async (connection) => {
    await connection.run(
      `COPY (SELECT * FROM bench ORDER BY measured) TO '${quote(target)}' (FORMAT parquet)`,
    );
  });
}

/** A history as a Markdown table. */
export function renderHistory(entries: readonly HistoryEntry[]): string {
  const rows = entries.map((entry) =>
    [
      entry.at,
      entry.commit?.slice(0, 7) ?? '',
      entry.cpu,
      `${entry.model} ${entry.precision}`,
      entry.device,
      entry.batch,
      entry.test,
      entry.tokensPerSecond?.toFixed(2) ?? '',
      entry.timeMs?.toPrecision(4) ?? '',
      entry.change === null ? '' : `${(100 * entry.change).toFixed(1)}%`,
      entry.verdict,
    ].join(' | '),
  );
  return [
    '| at | commit | cpu | model | device | batch | test | t/s | ms | change | verdict |',
    '| --- | --- | --- | --- | --- | ---: | --- | ---: | ---: | ---: | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}

async function insert(connection: DuckDBConnection, row: BenchRow): Promise<void> {
  const measured = row.status === 'completed' ? row : null;
  const values = {
    key: row.key,
    measured: row.at,
    commit: row.environment.commit,
    cpu: row.environment.cpu,
    model: row.model,
    precision: row.precision,
    device: row.device,
    threads: row.threads,
    batch: row.batch,
    concurrency: row.concurrency,
    test: row.test,
    tokensPerSecond: measured?.tokensPerSecond?.median ?? null,
    timeMs: measured?.timeMs.median ?? null,
    verdict: verdictOf(row),
    record: JSON.stringify(row),
  };
  const names = Object.keys(values);
  const places = names.map((name) => (name === 'measured' ? 'CAST($measured AS TIMESTAMP)' : `$${name}`));
  await connection.run(
    `INSERT OR IGNORE INTO bench (${names.join(', ')}) VALUES (${places.join(', ')})`,
    values,
  );
}

async function count(connection: DuckDBConnection): Promise<number> {
  const reader = await connection.runAndReadAll('SELECT count(*)::INTEGER AS n FROM bench');
  return Number(reader.getRowObjectsJS()[0]?.['n'] ?? 0);
}

async function withHistory<Result>(
  file: string,
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const instance = await DuckDBInstance.create(file).catch((error: unknown) => {
    throw new SweepError(
      'BAD_HISTORY',
      `Expected ${file} to be a DuckDB file or a new name: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}.`,
      { cause: error },
    );
  });
  const connection = await instance.connect();
  try {
    await connection.run(TABLE);
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function quote(text: string): string {
  return text.replaceAll("'", "''");
}
