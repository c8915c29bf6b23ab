import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSweepFile } from '../../src/spec/read-sweep-file.js';
import { resolveSweep } from '../../src/spec/sweep.js';

const DEFAULTS = { families: ['models/snowflake'], tasks: ['models/snowflake/tasks'] };
const resolve = (input: Record<string, unknown>): ReturnType<typeof resolveSweep> =>
  resolveSweep(input, DEFAULTS, 'sweep.yaml');

test('nothing asked is the default sweep', () => {
  expect(resolve({})).toMatchObject({
    families: ['models/snowflake'],
    shots: null,
    precisions: ['fp32'],
    devices: ['auto'],
    limit: null,
    seed: 1234,
  });
});

test('a single value is a list of one, and a value given twice counts once', () => {
  expect(resolve({ shots: 4, families: 'a', tasks: ['t', 't'] })).toMatchObject({
    shots: [4],
    families: ['a'],
    tasks: ['t'],
  });
});

test.each([
  [
    { shots: [0, 4, -1] },
    'Expected `shots[2]` to be a whole number from 0 to 1024, got `-1` (number) in sweep.yaml',
  ],
  [{ shots: ['four'] }, 'Expected `shots[0]` to be a whole number from 0 to 1024, got `"four"` (string)'],
  [
    { devices: ['gpu'] },
    'Expected `devices[0]` to be auto, cpu, webgpu, cuda or cuda:N, got `"gpu"` (string)',
  ],
  [{ precisions: ['fp8'] }, 'Expected `precisions[0]` to be one of fp32, fp16'],
  [{ limit: 0 }, 'Expected `limit` to be a whole number from 1'],
  [{ families: [] }, 'Expected `families` to be a list with at least one value'],
  [{ seed: 1.5 }, 'Expected `seed` to be a whole number from 0 to 4294967295, got `1.5` (number)'],
  [{ shot: 4 }, 'Unknown field `shot` in sweep.yaml: did you mean `shots`?'],
])('%j is refused with what was expected and what came', (input, message) => {
  expect(() => resolve(input)).toThrow(message);
});

test('all problems are listed at once', () => {
  const refused = (): unknown => resolve({ shots: [-1], devices: ['gpu'], colour: 'red' });
  expect(refused).toThrow(/colour[\s\S]*shots\[0\][\s\S]*devices\[0\]/);
});

function sweepFile(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'sweep-')), 'sweep.yaml');
  writeFileSync(path, content);
  return path;
}

test('paths in a sweep file are relative to the file, task names are left alone', async () => {
  const path = sweepFile('families: ../family\ntasks: [hellaswag, ./mine.yaml]\n');
  const fields = await readSweepFile(path);
  expect(fields['families']).toEqual([join(path, '../../family')]);
  expect(fields['tasks']).toEqual(['hellaswag', join(path, '../mine.yaml')]);
});

test('a sweep file that is not YAML is refused with its line', async () => {
  const path = sweepFile('shots: [0, 4\nlimit: 3\n');
  await expect(readSweepFile(path)).rejects.toThrow(/to be YAML: .*line 2/);
});

test('a missing sweep file is named', async () => {
  await expect(readSweepFile('/nowhere/sweep.yaml')).rejects.toThrow(
    'Expected a sweep file at /nowhere/sweep.yaml',
  );
});
