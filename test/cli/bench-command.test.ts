import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BenchRow } from '../../src/bench/bench-row.js';
import { program } from '../../src/cli/program.js';
import { startCli } from '../helpers/cli.js';

const directory = mkdtempSync(join(tmpdir(), 'bench-cli-'));
const cli = (...args: string[]) => startCli(args, { cwd: directory }).result;

test('models build, bench, its resume, compare and history work on each other', async () => {
  const built = await cli(
    'models',
    'build',
    '--params',
    '200k',
    '--vocab',
    '300',
    '--context',
    '64',
    '-o',
    'family',
  );
  expect(built).toMatchObject({ code: 0 });
  expect(built.stdout).toContain('family/llama-200k/onnx/model.onnx  fp32');

  const bench = [
    'bench',
    '-m',
    'family',
    '-p',
    '8',
    '-n',
    '4',
    '--preset',
    'quick',
    '--max-seconds',
    '0.5',
    '--no-roof',
  ];
  const first = await cli(...bench, '--out', 'a.jsonl', '-o', 'json');
  expect(first).toMatchObject({ code: 0 });
  const rows = JSON.parse(first.stdout) as BenchRow[];
  expect(rows.map((row) => [row.status, row.test])).toEqual([
    ['completed', 'pp8'],
    ['completed', 'tg4'],
  ]);
  expect(readFileSync(join(directory, 'a.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);

  const again = await cli(...bench, '--out', 'a.jsonl');
  expect(again).toMatchObject({ code: 2 });
  expect(again.stderr).toContain('Expected --out to name a new file, a.jsonl is there already');
  const resumed = await cli(...bench, '--out', 'a.jsonl', '--resume');
  expect(resumed.code).toBe(0);
  expect(resumed.stderr).not.toContain('1/');
  expect(resumed.stdout).toContain('| pp8 ');

  const compared = await cli('bench', 'compare', 'a.jsonl', 'a.jsonl');
  expect(compared).toMatchObject({ code: 0 });
  expect(compared.stdout).toMatch(/\| (no difference|not comparable) \|/);
  expect((await cli('compare', 'a.jsonl', 'a.jsonl')).stdout).toBe(compared.stdout);
  expect((await cli('history', 'add', 'a.jsonl')).stdout).toContain('2 new rows');
  expect((await cli('history', 'show', '--test', 'tg4')).stdout).toContain('| tg4 |');
}, 120_000);

test.each([
  [['bench'], 'Expected --model DIR or --params 10m,100m'],
  [['bench', '-m', 'nowhere'], 'there is no such directory'],
  [['bench', '--params', '10x'], 'Expected parameter counts such as 10m,1.5b'],
  [['bench', '--params', '10m', '-p', '0', '-n', '0'], 'Expected something to measure, got none'],
  [['bench', '--params', '10m', '--resume'], 'Expected --resume together with --out'],
  [['bench', '--params', '10m', '--retry-invalid'], 'Expected --retry-invalid together with --resume'],
  [['bench', 'plot', 'none.jsonl', '--output', 'x.svg'], 'Expected a bench file at none.jsonl, found none'],
  [['bench', '--params', '10m', '--timeout', 'soon'], 'Expected a number above 0 in --timeout'],
  [['bench', 'compare', 'none.jsonl', 'none.jsonl'], 'Expected a bench file at none.jsonl, found none'],
  [['models', 'build', '--params', '1m', '-o', 'x'], 'its smallest model is larger'],
  [
    ['models', 'build', '--params', '9m', '--precision', 'q4', '--style', 'portable', '-o', 'x'],
    'Expected style fused for precision q4',
  ],
  [['models', 'build', '--params', '9m', '--precision', 'fp8', '-o', 'x'], 'Expected --precision among fp32'],
  [['models', 'export', 'nowhere', '-o', 'x'], 'Expected config.json in nowhere'],
])('%j is refused in one sentence', async (args, message) => {
  const root = await program(args);
  await expect(root.parseAsync(args, { from: 'user' })).rejects.toThrow(message);
});
