import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, expect, test } from 'vitest';
import { JournalError, SweepError, TrialError } from '../../../src/errors.js';
import { compileGlob } from '../../../src/files/fnmatch.js';
import { PythonRandom } from '../../../src/python/random.js';
import { readSplit, type DataFormat } from '../../../src/task/data/read-split.js';
import { readDatasetCard } from '../../../src/task/data/repo/dataset-card.js';
import { loadTasks } from '../../../src/task/load-tasks.js';
import { prepareWorkload } from '../../../src/task/prepare-workload.js';
import { choiceTask, ROWS } from '../../helpers/task-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'data-fuzz-'));
const ROUNDS = Number(process.env['SCALESWEEP_FUZZ'] ?? 60);
const CSV = 'q,gold,note\n"a, ""b""\nc",1,x\nd,0.5,\n';
const files = new Map<string, Buffer>([
  [
    'rows.jsonl',
    Buffer.from(`${ROWS}\n{"q": "日本 \\ud83c", "gold": 1e400, "options": [null, {"a": []}]}\n`),
  ],
  ['rows.json', Buffer.from(`[${ROWS.split('\n').join(',')}]`)],
  ['rows.csv', Buffer.from(CSV)],
  ['rows.jsonl.gz', gzipSync(`${ROWS}\n`)],
]);
const formatOf = (name: string): DataFormat =>
  name.includes('csv') ? 'csv' : name.includes('parquet') ? 'parquet' : 'json';

beforeAll(async () => {
  const path = join(folder, 'rows.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT range AS a, [range::DOUBLE] AS b, {'c': 'x'} AS d FROM range(50)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  const { readFileSync } = await import('node:fs');
  files.set('rows.parquet', readFileSync(path));
});

/** True for an error that speaks to the user in a sentence. */
function isSentence(error: unknown): boolean {
  return error instanceof SweepError || error instanceof TrialError || error instanceof JournalError;
}

/** Bytes with a few random changes: flipped, cut out, put in, repeated, or the end cut off. */
function mutate(bytes: Buffer, random: PythonRandom): Buffer {
  let changed = Buffer.from(bytes);
  for (let n = 1 + random.below(4); n > 0 && changed.length > 0; n -= 1) {
    const at = random.below(changed.length);
    const length = 1 + random.below(8);
    const [before, after] = [changed.subarray(0, at), changed.subarray(at + length)];
    const some = Buffer.from(Array.from({ length }, () => random.below(256)));
    const kinds = [
      () => Buffer.concat([before, some, after]),
      () => Buffer.concat([before, after]),
      () => Buffer.concat([before, some, changed.subarray(at)]),
      () => Buffer.concat([changed.subarray(0, at + length), changed.subarray(at)]),
      () => before,
      () =>
        Buffer.concat([
          before,
          Buffer.from(['"', '\n', ',', '[', '{', '\\', '\u2028', '\0'][random.below(8)] ?? ''),
          changed.subarray(at),
        ]),
    ];
    changed = Buffer.from((kinds[random.below(kinds.length)] ?? kinds[0])?.() ?? changed);
  }
  return changed;
}

test.each(['rows.jsonl', 'rows.json', 'rows.csv', 'rows.jsonl.gz', 'rows.parquet'])(
  'damaged %s gives rows or a sentence',
  async (name) => {
    const random = new PythonRandom(name.length);
    for (let i = 0; i < ROUNDS; i += 1) {
      const path = join(folder, `changed-${name}`);
      writeFileSync(path, mutate(files.get(name) ?? Buffer.alloc(0), random));
      try {
        const { rows } = await readSplit([path], {
          format: formatOf(name),
          options: {},
          features: null,
          limit: null,
        });
        for (let row = 0; row < rows.length; row += 1) rows.at(row);
      } catch (error) {
        expect(isSentence(error), `${name} round ${i}: ${String(error)}`).toBe(true);
      }
    }
  },
);

test('task files of damaged bytes give tasks or a sentence', async () => {
  const random = new PythonRandom(11);
  const yaml = choiceTask('fuzzed', 'metric_list: [{ metric: acc }]\nmetadata: { version: 1.0 }');
  writeFileSync(join(folder, 'rows.jsonl'), ROWS);
  for (let i = 0; i < ROUNDS * 3; i += 1) {
    const path = join(folder, 'task.yaml');
    writeFileSync(path, mutate(Buffer.from(yaml), random));
    try {
      const [task] = await loadTasks([path], { includePaths: [] });
      if (task !== undefined) await prepareWorkload(task, { shots: 0, limit: 2, seed: 1 });
    } catch (error) {
      expect(isSentence(error), `round ${i}: ${String(error)}`).toBe(true);
    }
  }
});

function randomValue(random: PythonRandom, depth: number): unknown {
  const kind = random.below(depth > 4 ? 8 : 11);
  const text = Array.from({ length: random.below(6) }, () => String.fromCodePoint(random.below(0xd7ff))).join(
    '',
  );
  if (kind < 2) return text;
  if (kind < 8) return [null, true, random.below(9), random.random(), 2 ** 53 + 2, ''][kind - 2];
  const items = Array.from({ length: random.below(4) }, () => randomValue(random, depth + 1));
  return kind === 8 ? items : Object.fromEntries(items.map((item, index) => [`${text}${index}`, item]));
}

test('random documents give a workload or a sentence', async () => {
  const random = new PythonRandom(12);
  for (let i = 0; i < ROUNDS; i += 1) {
    const rows = Array.from({ length: 1 + random.below(4) }, () =>
      JSON.stringify({
        q: randomValue(random, 0),
        options: randomValue(random, 0),
        gold: randomValue(random, 0),
        z: randomValue(random, 0),
      }),
    );
    writeFileSync(join(folder, 'rows.jsonl'), rows.join('\n'));
    writeFileSync(
      join(folder, 'task.yaml'),
      choiceTask('random', `description: "{{z}}"\nfewshot_split: test`),
    );
    try {
      const [task] = await loadTasks([join(folder, 'task.yaml')], { includePaths: [] });
      if (task !== undefined) await prepareWorkload(task, { shots: i % 2, limit: null, seed: i });
    } catch (error) {
      expect(isSentence(error), `${rows[0] ?? ''}: ${String(error)}`).toBe(true);
    }
  }
});

test('a line of many megabytes is read, and one with a huge number of keys', async () => {
  const path = join(folder, 'huge.jsonl');
  const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]));
  writeFileSync(path, `${JSON.stringify({ q: 'x'.repeat(20_000_000) })}\n${JSON.stringify({ q: keys })}\n`);
  const { rows } = await readSplit([path], { format: 'json', options: {}, features: null, limit: null });
  expect(rows.length).toBe(2);
});

test('cards and patterns of any text give an answer or a sentence', () => {
  const random = new PythonRandom(13);
  const card = Buffer.from(
    '---\nconfigs:\n- config_name: a\n  data_files:\n  - split: test\n    path: x*\n---\n',
  );
  for (let i = 0; i < ROUNDS * 5; i += 1) {
    try {
      readDatasetCard(mutate(card, random).toString('utf8'), '', 'here');
    } catch (error) {
      expect(isSentence(error), String(error)).toBe(true);
    }
    const pattern = random
      .choices(['[', ']', '!', '-', 'z', 'a', '*', '?', '^', '\\', '/'], random.below(8))
      .join('');
    expect(compileGlob(pattern)).toBeInstanceOf(RegExp);
  }
});
