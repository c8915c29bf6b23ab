import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { SweepError } from '../errors.js';
import { BENCH_SCHEMA, type BenchRow } from './bench-row.js';

/** Adds a row to a bench file (JSON lines), so that an interrupted bench keeps what it measured. */
export function appendRow(file: string, row: BenchRow): void {
  appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** The rows of a bench file (.jsonl, or .json as an array), the last one of every point; a torn last line is left out. */
export function readBenchFile(file: string): BenchRow[] {
  if (!existsSync(file)) {
    throw new SweepError(
      'NO_SUCH_FILE',
      `Expected a bench file at ${file}, found none; write one with \`scalesweep bench --out ${file}\`.`,
    );
  }
  const text = readFileSync(file, 'utf8');
  const rows = text.trimStart().startsWith('[') ? parseArray(file, text) : parseLines(file, text);
  return [...new Map(rows.map((row) => [row.key, row])).values()];
}

function parseArray(file: string, text: string): BenchRow[] {
  const rows = parse(text);
  if (!Array.isArray(rows)) throw notBench(file);
  return rows.map((row) => checked(file, row));
}

function parseLines(file: string, text: string): BenchRow[] {
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  const whole = lines.filter((line) => line !== '').map((line) => checked(file, parse(line)));
  const last = parse(torn);
  return last === undefined ? whole : [...whole, checked(file, last)];
}

function checked(file: string, row: unknown): BenchRow {
  if ((row as BenchRow | null | undefined)?.schema === BENCH_SCHEMA) return row as BenchRow;
  throw notBench(file);
}

function notBench(file: string): SweepError {
  return new SweepError(
    'BAD_BENCH_FILE',
    `Expected ${file} to hold rows of ${BENCH_SCHEMA}, as \`scalesweep bench --out\` writes them; it holds something else.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
