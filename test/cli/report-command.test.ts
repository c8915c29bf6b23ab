import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.js';
import { writeSmallFamily } from '../helpers/small-family.js';

const root = mkdtempSync(join(tmpdir(), 'scalesweep-report-'));
const points = join(root, 'points.csv');
const report = (...args: string[]): Promise<CliResult> => runCli(['report', ...args]);

beforeAll(() => {
  const rows = [0, 0.01, 0.4, 0.98, 1].flatMap((value, i) => [
    `synth,s${i},${10 ** (3 + i / 2)},sum,0,acc,${value},500,0`,
    `synth,s${i},${10 ** (3 + i / 2)},sum,0,token_accuracy,${0.2 + 0.8 * value},500,`,
  ]);
  writeFileSync(points, `family,scale,nParams,task,shots,metric,value,n,chance\n${rows.join('\n')}\n`);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('formats', () => {
  test('html, md, csv and json tell of the same curves', async () => {
    const file = join(root, 'report.html');
    expect(await report(points, '-o', file)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toContain('class-emergent');
    expect((await report(points, '--format', 'md')).stdout).toMatch(/sum \| 0 \| acc \| emergent/);
    expect((await report(points, '--format', 'csv')).stdout).toContain('synth,sum,0,acc,parameters,emergent');
    const json = JSON.parse((await report(points, '--format', 'json')).stdout) as Record<string, unknown[]>;
    expect(json['curves']).toHaveLength(2);
    expect(json).toHaveProperty('findings.kept');
  });

  test('parquet holds a row a curve', async () => {
    const file = join(root, 'curves.parquet');
    expect((await report(points, '--format', 'parquet', '-o', file)).code).toBe(0);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll(`SELECT metric, class FROM '${file}' ORDER BY metric`);
    expect(rows.getRows()[0]).toEqual(['acc', 'emergent']);
    connection.closeSync();
    instance.closeSync();
  });

  test('svg and png hold every chart, with text, on white', async () => {
    const folder = join(root, 'charts');
    expect(await report(points, '--format', 'svg', '-o', folder)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/3 charts/) as string,
    });
    expect(readdirSync(folder).toSorted()).toEqual([
      'metrics-task-synth-sum-0.svg',
      'overview.svg',
      'task-synth-sum-0.svg',
    ]);
    const svg = readFileSync(join(folder, 'task-synth-sum-0.svg'), 'utf8');
    expect(svg).toMatch(
      /^<svg [^>]*font-family=[^>]*><title>task-synth-sum-0<\/title><desc>sum: acc by scale/,
    );
    expect(svg).not.toContain('var(--');
    const png = join(root, 'one.png');
    expect((await report(points, '--format', 'png', '--chart', 'overview', '-o', png)).code).toBe(0);
    expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG');
  });
});

describe('wrong requests are refused in one sentence', () => {
  test.each([
    ['a chart that is not there', ['--format', 'svg', '--chart', 'nothing'], /to be one of overview/],
    ['charts without a folder', ['--format', 'svg'], /Expected -o with a folder/],
    ['a chart of a table', ['--format', 'csv', '--chart', 'overview'], /with --format svg or png/],
    ['a file in a folder that is not there', ['-o', '/nowhere/report.html'], /\/nowhere is not/],
    ['a folder for a file', ['-o', tmpdir()], /is a folder: name a file in it/],
    ['an axis that is none', ['--axis', 'colour'], /Expected --axis to be one of/],
  ])('%s', async (_name, args, message) => {
    const { code, stdout, stderr } = await report(points, ...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a run that is not there', async () => {
    const { code, stderr } = await report(join(root, 'nowhere'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^scalesweep: Expected .*nowhere.*\n$/);
  });
});

describe('a run', () => {
  const run = join(root, 'run');
  beforeAll(async () => {
    const { family, tasks } = await writeSmallFamily(root, { widths: [32, 48], samples: 16 });
    await runCli(['run', '--family', family, '--task', tasks, '--device', 'cpu', '--out', run]);
  }, 60_000);

  test('shows samples that flip between its scales, with what was asked and answered', async () => {
    const { stdout } = await report(run);
    expect(stdout).toContain('Samples gained and lost');
    expect(stdout).toContain('small-32 and small-48 answer differently');
    expect(stdout).toMatch(/<td class="wrap"><code>[a-z ]+<\/code>/);
  });

  test('over two precisions holds them against each other on the same samples', async () => {
    const family = join(root, 'precisions');
    await runCli([
      ...'models build --params 100k,200k --precision fp32,int8 --vocab 400 -o'.split(' '),
      family,
    ]);
    const out = join(root, 'precise');
    const task = 'models/snowflake/tasks/snowflake_icl_1.yaml';
    const asked = ['--precision', 'fp32,int8', '--limit', '20', '--device', 'cpu', '--out', out];
    expect((await runCli(['run', '--family', family, '--task', task, ...asked])).code).toBe(0);
    const { stdout } = await report(out, '--format', 'md');
    expect(stdout).toContain('## What other precisions change');
    expect(stdout).toMatch(/\| 100k \| fp32 to int8 \| 1 \|/);
  });

  test('that was cut off is reported as far as it goes, and says so', async () => {
    const half = join(root, 'half');
    cpSync(run, half, { recursive: true });
    const lines = readFileSync(join(run, 'journal.ndjson'), 'utf8').split('\n');
    writeFileSync(
      join(half, 'journal.ndjson'),
      lines.slice(0, Math.floor(lines.length / 2)).join('\n') + '\n',
    );
    const { code, stdout, stderr } = await report(half, '--format', 'md');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^\d trials have not ended: the report shows what there is so far\n$/);
    expect(stdout).toMatch(/- \d trials have not ended/);
  });

  test('without a single answer is an empty report, not an error', async () => {
    const empty = join(root, 'empty');
    mkdirSync(empty);
    cpSync(join(run, 'sweep.json'), join(empty, 'sweep.json'));
    const { code, stdout } = await report(empty);
    expect(code).toBe(0);
    expect(stdout).toContain('No trial has been completed yet');
  });

  test('of another version of the program is refused', async () => {
    const other = join(root, 'other');
    mkdirSync(other);
    const text = readFileSync(join(run, 'sweep.json'), 'utf8').replace(
      'scalesweep.sweep/1',
      'scalesweep.sweep/9',
    );
    writeFileSync(join(other, 'sweep.json'), text);
    const { code, stderr } = await report(other);
    expect(code).toBe(2);
    expect(stderr).toMatch(/written as scalesweep\.sweep\/1, got scalesweep\.sweep\/9/);
  });
});
