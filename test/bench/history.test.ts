import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addToHistory, exportHistory, readHistory, renderHistory } from '../../src/bench/history.js';
import { rowOf } from './make-points.js';

const directory = (): string => mkdtempSync(join(tmpdir(), 'history-'));
const at = (day: number, ms: number) => ({
  ...rowOf(Array.from({ length: 8 }, () => ms)),
  at: `2026-01-0${day}T10:00:00.000Z`,
});

test('a history keeps rows in order of time and tells the change since the one before', async () => {
  const file = join(directory(), 'h.duckdb');
  expect(await addToHistory(file, [at(2, 5), at(1, 10)])).toBe(2);
  expect(await addToHistory(file, [at(3, 10), at(1, 10)])).toBe(1);
  const entries = await readHistory(file);
  expect(entries.map(({ at: when }) => when)).toEqual([
    '2026-01-01T10:00:00Z',
    '2026-01-02T10:00:00Z',
    '2026-01-03T10:00:00Z',
  ]);
  expect(entries.map(({ change }) => change)).toEqual([null, 1, -0.5]);
  expect(renderHistory(entries)).toContain('| 100.0% | VALID |');
});

test('a history can be asked for one model or test, and exported as Parquet', async () => {
  const folder = directory();
  const file = join(folder, 'h.duckdb');
  await addToHistory(file, [at(1, 5), { ...at(1, 5), key: 'other', model: 'big', test: 'tg8' }]);
  expect(await readHistory(file, { model: 'big' })).toHaveLength(1);
  expect(await readHistory(file, { test: 'none' })).toEqual([]);
  await exportHistory(file, join(folder, "it's.parquet"));
  expect(readFileSync(join(folder, "it's.parquet")).subarray(0, 4).toString()).toBe('PAR1');
});

test('a file that is no history is refused', async () => {
  const file = join(directory(), 'text.duckdb');
  writeFileSync(file, 'not a database, but long enough to be looked at as one'.repeat(100));
  await expect(readHistory(file)).rejects.toThrow('to be a DuckDB file or a new name');
});
