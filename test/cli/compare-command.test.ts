import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.js';
import { writeSmallFamily } from '../helpers/small-family.js';

const root = mkdtempSync(join(tmpdir(), 'scalesweep-compare-'));
const [first, second] = [join(root, 'first'), join(root, 'second')];
const compare = (...args: string[]): Promise<CliResult> => runCli(['compare', ...args]);

beforeAll(async () => {
  const { family, tasks } = await writeSmallFamily(root, { widths: [32], samples: 12 });
  const asked = ['run', '--family', family, '--task', tasks, '--device', 'cpu'];
  await runCli([...asked, '--out', first]);
  await runCli([...asked, '--limit', '5', '--out', second]);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a run compared with itself differs in nothing, in every format', async () => {
  expect((await compare(first, first)).stdout).toMatch(/^No score differs .*4 trials in both runs/);
  expect((await compare(first, first, '--all')).stdout).toMatch(/small_choice +acc .* mcnemar +1\.000/);
  expect((await compare(first, first, '--format', 'md')).stdout).toMatch(/\| small-32 \| small_choice \|/);
  const json = JSON.parse((await compare(first, first, '--format', 'json')).stdout) as Record<
    string,
    unknown
  >;
  expect(json).toMatchObject({ unmatched: [0, 0], speed: [{ verdict: 'no difference' }] });
});

test('a run that was cut off is compared as far as it goes, and says so', async () => {
  const half = join(root, 'half');
  cpSync(first, half, { recursive: true });
  const lines = readFileSync(join(first, 'journal.ndjson'), 'utf8').split('\n');
  const end = lines.findIndex((line) => line.includes('"type":"completed"')) + 1;
  writeFileSync(join(half, 'journal.ndjson'), `${lines.slice(0, end).join('\n')}\n`);
  const { code, stdout, stderr } = await compare(first, half);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^\d trials of .*half have not ended, and are left out\n$/);
  expect(stdout).toMatch(/Left out: \d trials that only A has, 0 that only B has/);
});

test.each([
  ['a run that is not there', () => [first, join(root, 'nowhere')], /nowhere to be a run directory/],
  ['runs that asked something else', () => [first, second], /Expected both runs to ask the same of small_/],
  ['a place that cannot be written', () => [first, first, '-o', '/nowhere/x.md'], /\/nowhere is not/],
])('%s: one sentence', async (_name, args, message) => {
  const { code, stdout, stderr } = await compare(...args());
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
