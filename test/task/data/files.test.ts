import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { dumpJson } from '../../../src/python/json.js';
import type { PyDict } from '../../../src/python/value.js';
import { findData } from '../../../src/task/data/find-data.js';
import { readSplit } from '../../../src/task/data/read-split.js';
import { rowsOf } from '../../../src/task/data/table.js';
import { taskFolder } from '../../helpers/task-folder.js';

/** The documents of a task's split, whose file would be `task.yaml` in `folder`. */
async function read(folder: string, datasetPath: string, datasetKwargs: PyDict = {}, split = 'train') {
  const file = join(folder, 'task.yaml');
  const source = await findData({ task: 't', file, datasetPath, datasetName: null, datasetKwargs });
  return rowsOf((await readSplit(source.splits[split] ?? [], { ...source, limit: null })).rows);
}

test('gzipped files, text files and folders of data files are read', async () => {
  const folder = taskFolder({ 'a.txt': 'one\n\ntwo\r\n', 'b.jsonl': '{"x": 1}\n' });
  writeFileSync(join(folder, 'c.jsonl.gz'), gzipSync('{"x": 2}\n'));
  mkdirSync(join(folder, 'set'));
  writeFileSync(join(folder, 'set', 'test.csv'), 'x\n3\n');
  expect(await read(folder, 'text', { data_files: 'a.txt' })).toEqual([
    { text: 'one' },
    { text: '' },
    { text: 'two' },
  ]);
  expect(await read(folder, 'json', { data_files: ['b.jsonl', '*.gz'] })).toEqual([{ x: 1 }, { x: 2 }]);
  expect(await read(folder, 'set', {}, 'test')).toEqual([{ x: 3 }]);
  expect(await read(folder, 'csv', { data_dir: 'set' }, 'test')).toEqual([{ x: 3 }]);
});

test('CSV fields may be quoted, hold quotes and line ends, and be empty', async () => {
  const folder = taskFolder({
    'a.csv': 'x,y\r\n"a ""b"", c","d\ne"\r\n\n,"f"\n5" pipe,\n',
    'b.csv': 'x\n""\nz\n',
  });
  expect(await read(folder, 'csv', { data_files: 'a.csv' })).toEqual([
    { x: 'a "b", c', y: 'd\ne' },
    { x: null, y: 'f' },
    { x: '5" pipe', y: null },
  ]);
  expect(await read(folder, 'csv', { data_files: 'b.csv' })).toEqual([{ x: null }, { x: 'z' }]);
});

test('a star in a path stays within a folder', async () => {
  const folder = taskFolder({ 'a.jsonl': '{"x": 1}\n' });
  mkdirSync(join(folder, 'deep'));
  writeFileSync(join(folder, 'deep', 'b.jsonl'), '{"x": 2}\n');
  expect(await read(folder, 'json', { data_files: '*.jsonl' })).toEqual([{ x: 1 }]);
  expect(await read(folder, 'json', { data_files: '**/*.jsonl' })).toEqual([{ x: 1 }, { x: 2 }]);
});

test('Parquet keeps the types of its columns, also within lists and structs', async () => {
  const folder = taskFolder({});
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const columns = [
    '[1.0, 2.5]::DOUBLE[] AS xs',
    "{'a': 1.0::DOUBLE, 'b': [3]::INTEGER[]} AS s",
    "TIMESTAMP '2024-01-02 03:04:05' AS t",
    "TIMESTAMP_NS '2024-01-02 03:04:05' AS tn",
    "TIMESTAMPTZ '2024-01-02 03:04:05+00' AS tz",
    "DATE '2024-01-02' AS d",
    "TIME '01:02:03' AS ti",
    '0.1::FLOAT AS f',
    '9007199254740993::BIGINT AS big',
    "[{'k': 2.0::DOUBLE}] AS l",
    '1.50::DECIMAL(9, 2) AS dec',
    'NULL::DOUBLE AS n',
    "'a\\x00'::BLOB AS bl",
  ];
  await connection.run(
    `COPY (SELECT ${columns.join(', ')}) TO '${join(folder, 'x.parquet')}' (FORMAT parquet)`,
  );
  connection.closeSync();
  const [row] = await read(folder, 'parquet', { data_files: 'x.parquet' });
  // What datasets 5.0.1 and lm-eval's hash make of the same file.
  expect(dumpJson(row ?? null)).toBe(
    '{"xs": [1.0, 2.5], "s": {"a": 1.0, "b": [3]}, "t": "2024-01-02 03:04:05", "tn": "2024-01-02 03:04:05", ' +
      '"tz": "2024-01-02 03:04:05+00:00", "d": "2024-01-02", "ti": "01:02:03", "f": 0.10000000149011612, ' +
      '"big": 9007199254740993, "l": [{"k": 2.0}], "dec": "1.50", "n": null, "bl": "b\'a\\\\x00\'"}',
  );
});

test.each<[string, string | Buffer, RegExp]>([
  [
    'bytes.jsonl',
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d, 0x0a]),
    /Expected UTF-8 in line 1 of .*bytes\.jsonl/,
  ],
  ['bytes.csv', Buffer.from([0x61, 0x0a, 0xff, 0x0a]), /Expected UTF-8 in .*bytes\.csv/],
  ['quote.csv', 'a,b\n"x,y\n1,2\n', /Expected every quote in .*quote\.csv to be closed/],
  ['wide.csv', 'a,b\n1,2,3\n', /Expected 2 fields in record 2 of .*wide\.csv, got 3/],
  ['empty.csv', '', /Expected a header line in .*empty\.csv/],
  ['empty.jsonl', '\n', /Expected at least one document/],
  ['cut.parquet', 'PAR1 and nothing more', /Expected a Parquet file at .*cut\.parquet/],
  ['cut.jsonl.gz', gzipSync('{"x": 1}\n').subarray(0, 15), /Expected gzipped data in .*cut\.jsonl\.gz/],
  ['packed.jsonl.zst', 'x', /Expected plain or gzipped data in .*, got zst: unpack it/],
  ['within.jsonl', `{"x": ${'['.repeat(9000)}${']'.repeat(9000)}}\n`, /within one another at most 200 deep/],
  ['deep.jsonl', `${'['.repeat(100_000)}\n`, /^Expected /],
])('%s is refused in a sentence', async (name, content, message) => {
  const folder = taskFolder({});
  writeFileSync(join(folder, name), content);
  const format = name.includes('csv') ? 'csv' : name.includes('parquet') ? 'parquet' : 'json';
  await expect(read(folder, format, { data_files: name })).rejects.toThrow(message);
});

test.each<[PyDict, RegExp]>([
  [
    { data_files: 'b.jsonl', features: {} },
    /Expected fields of `dataset_kwargs` .* that are followed here .*, got features\./,
  ],
  [{ data_files: 'b.jsonl', sep: ';' }, /got sep\./],
  [
    { data_files: 'https://example.org/b.jsonl' },
    /got the address https:\/\/example\.org\/b\.jsonl: download it/,
  ],
  [{ data_files: 'gone.jsonl' }, /Expected the data file "gone\.jsonl" .* to exist; tried/],
  [
    { data_files: { 'train[:9]': 'b.jsonl' } },
    /to be a path, a list of paths, or a path or list for each split/,
  ],
  [{}, /to be a path, a list of paths/],
])('dataset_kwargs %j are refused by name', async (kwargs, message) => {
  const folder = taskFolder({ 'b.jsonl': '{"x": 1}\n' });
  await expect(read(folder, 'json', kwargs)).rejects.toThrow(message);
});
