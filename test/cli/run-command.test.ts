import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { writeSmallFamily, type SmallFamily } from '../helpers/small-family.js';

const root = mkdtempSync(join(tmpdir(), 'run-command-'));
let small: SmallFamily;
beforeAll(async () => {
  small = await writeSmallFamily(root, { samples: 12 });
});

const sweep = (out: string, ...more: string[]): string[] => [
  'run',
  '--family',
  small.family,
  '--task',
  small.tasks,
  '--device',
  'cpu',
  '--out',
  join(root, out),
  ...more,
];

interface Summary {
  schema: string;
  run: { name: string };
  trials: {
    state: string;
    model: string;
    task: string;
    n: number;
    metrics: Record<string, { value: number }>;
  }[];
}

function readSummary(out: string): Summary {
  return JSON.parse(readFileSync(join(root, out, 'summary.json'), 'utf8')) as Summary;
}

const metricsOf = (out: string): string =>
  JSON.stringify(readSummary(out).trials.map(({ model, task, metrics }) => [model, task, metrics]));

test('a sweep completes every trial, and writes what it says it writes', async () => {
  const { code, stderr } = await runCli(sweep('whole'));
  expect(stderr).toContain('2 models x 4 tasks = 8 trials on cpu');
  expect(code).toBe(0);
  const { schema, trials } = readSummary('whole');
  expect(schema).toBe('scalesweep.summary/1');
  expect(trials.map(({ state, n }) => [state, n])).toEqual(
    Array.from({ length: 8 }, () => ['completed', 12]),
  );
  const log = readFileSync(join(root, 'whole', 'log.ndjson'), 'utf8')
    .trim()
    .split('\n');
  const events = log.map((line) => JSON.parse(line) as { event: string });
  expect(events.filter(({ event }) => event === 'trial.completed')).toHaveLength(8);
});

test("results are written in lm-eval's layout, samples when they are asked for", async () => {
  await runCli(sweep('results', '--log-samples'));
  const folder = join(root, 'results', 'results', 'small-32');
  const names = readdirSync(folder).map((name) => name.replace(/_\d{4}-.*(?=\.json)/, ''));
  expect(names.toSorted()).toEqual([
    'results.json',
    'samples_small_choice.jsonl',
    'samples_small_generate.jsonl',
    'samples_small_rolling.jsonl',
    'samples_small_string.jsonl',
  ]);
  const file = readdirSync(folder).find((name) => name.startsWith('results_')) ?? '';
  const { results } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
    results: Record<string, Record<string, unknown>>;
  };
  const trial = readSummary('results').trials.find(({ task }) => task === 'small_choice');
  expect(results['small_choice']?.['acc,none']).toBe(trial?.metrics['acc']?.value);
});

test('one worker and two give byte-equal metrics', async () => {
  await runCli(sweep('one', '--workers', '1'));
  await runCli(sweep('two', '--workers', '2'));
  expect(metricsOf('one')).toBe(metricsOf('two'));
});

test('a finished run is resumed by doing nothing', async () => {
  await runCli(sweep('again'));
  const before = metricsOf('again');
  const { code } = await runCli(['run', '--resume', '--out', join(root, 'again')]);
  expect(code).toBe(0);
  expect(metricsOf('again')).toBe(before);
});

test('a directory with a run is not overwritten', async () => {
  await runCli(sweep('taken', '--limit', '2'));
  const { code, stderr } = await runCli(sweep('taken', '--limit', '2'));
  expect(code).toBe(2);
  expect(stderr).toMatch(/to be empty, but it holds a run: go on with it by --resume/);
});

test('a resumed run keeps its sweep: other fields beside --resume are refused', async () => {
  const { code, stderr } = await runCli(['run', '--resume', '--limit', '3', '--out', join(root, 'whole')]);
  expect(code).toBe(2);
  expect(stderr).toContain('Expected --resume with --out only, got limit too');
});

test('a sweep file is the same sweep as its flags', async () => {
  const file = join(root, 'sweep.yaml');
  writeFileSync(file, `families: models/small\ntasks: ./tasks\ndevices: cpu\nlimit: 12\n`);
  await runCli(['run', file, '--out', join(root, 'from-file')]);
  await runCli(sweep('from-flags', '--limit', '12'));
  expect(metricsOf('from-file')).toBe(metricsOf('from-flags'));
});
