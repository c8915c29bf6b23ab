import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeCheckedLine, readCheckedLines } from '../../src/files/checked-lines.js';

const RECORDS = [
  { a: 1 },
  { text: 'line\nbreak and "quotes" and é' },
  [null, -0.1, 1e-300],
  'x'.repeat(3_000_000),
];

function fileWith(content: string | Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), 'lines-')), 'journal.ndjson');
  writeFileSync(path, content);
  return path;
}

async function read(
  path: string,
): Promise<{ records: unknown[]; tornBytes: number; damagedAt: number | null }> {
  const records: unknown[] = [];
  const { tornBytes, damagedAt } = await readCheckedLines(path, (record) => {
    records.push(record);
  });
  return { records, tornBytes, damagedAt };
}

test('what is written comes back, and every line is JSON', async () => {
  const path = fileWith(RECORDS.map(encodeCheckedLine).join(''));
  expect(await read(path)).toEqual({ records: RECORDS, tornBytes: 0, damagedAt: null });
  for (const line of readFileSync(path, 'utf8').trimEnd().split('\n'))
    expect(() => JSON.parse(line) as unknown).not.toThrow();
});

test('a file cut at any byte gives back the whole lines before the cut', async () => {
  const lines = RECORDS.slice(0, 3).map(encodeCheckedLine);
  const whole = Buffer.from(lines.join(''));
  const ends = lines.map((_, index) => Buffer.byteLength(lines.slice(0, index + 1).join('')));
  for (let cut = 0; cut <= whole.length; cut++) {
    const { records, tornBytes, damagedAt } = await read(fileWith(whole.subarray(0, cut)));
    const nWhole = ends.filter((end) => end <= cut).length;
    expect(records).toEqual(RECORDS.slice(0, nWhole));
    expect(tornBytes).toBe(cut - (ends[nWhole - 1] ?? 0));
    expect(damagedAt).toBeNull();
  }
});

test('a flipped byte in the last line is a torn write, in an earlier one it is damage at that line', async () => {
  const lines = RECORDS.slice(0, 3).map(encodeCheckedLine);
  const flip = (line: string): string => line.replace(/.(?=}\n$)/, '#');
  const torn = await read(fileWith([lines[0], lines[1], flip(lines[2] ?? '')].join('')));
  expect(torn.records).toHaveLength(2);
  expect(torn.damagedAt).toBeNull();
  const damaged = await read(fileWith([lines[0], flip(lines[1] ?? ''), lines[2]].join('')));
  expect(damaged.damagedAt).toBe(Buffer.byteLength(lines[0] ?? ''));
});

test('lines that another program appended are not taken for records', async () => {
  const path = fileWith(encodeCheckedLine({ a: 1 }));
  appendFileSync(path, '{"a":2}\n');
  expect((await read(path)).records).toEqual([{ a: 1 }]);
});
