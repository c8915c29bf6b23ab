import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.js';
import { writeSmallFamily, type SmallFamily } from '../helpers/small-family.js';

const root = mkdtempSync(join(tmpdir(), 'rescore-'));
let small: SmallFamily;
beforeAll(async () => {
  small = await writeSmallFamily(root, { samples: 12 });
  const args = ['run', '--family', small.family, '--task', small.tasks, '--device', 'cpu', '--log-samples'];
  expect((await runCli([...args, '--out', join(root, 'run')])).code).toBe(0);
  cpSync(join(root, 'run'), join(root, 'original'), { recursive: true });
  renameSync(small.family, join(root, 'gone'));
});

const RUN = join(root, 'run');
const taskFile = (name: string): string => join(root, 'tasks', `${name}.yaml`);
const rescore = (...more: string[]): Promise<CliResult> => runCli(['rescore', RUN, ...more]);
const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

interface Summary {
  readonly run: Record<string, unknown>;
  readonly trials: readonly { task: string; metrics: Record<string, { value: number }> }[];
  readonly curves: readonly unknown[];
}

function summary(run: string): Summary {
  return JSON.parse(read(run, 'summary.json')) as Summary;
}

function resultFiles(run: string): Record<string, string> {
  const names = readdirSync(join(root, run, 'results'), { recursive: true }) as string[];
  const files = names.filter((name) => statSync(join(root, run, 'results', name)).isFile());
  return Object.fromEntries(files.toSorted().map((name) => [name, read(run, 'results', name)]));
}

test('unchanged tasks give the numbers and files of the run again, without its models', async () => {
  const { code, stderr } = await rescore();
  expect(stderr).toContain('8 trials scored again');
  expect(code).toBe(0);
  const { run, ...rest } = summary('run');
  const { run: before, ...restBefore } = summary('original');
  expect(rest).toEqual(restBefore);
  const { rescoredAt, ...same } = run;
  expect(same).toEqual(before);
  expect(rescoredAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(resultFiles('run')).toEqual(resultFiles('original'));
  expect(read('run', 'sweep.json')).toBe(read('original', 'sweep.json'));
});

test('another metric and another filter score the answers that are there, in every later reading', async () => {
  const before = read('tasks', 'small_generate.yaml');
  const more =
    'filter_list:\n  - name: first_letter\n    filter:\n      - { function: regex, regex_pattern: "([a-z])", fallback: "?" }\n      - { function: take_first }\n';
  writeFileSync(taskFile('small_generate'), before + more);
  appendFileSync(
    taskFile('small_choice'),
    '  - metric: acc_bytes\n    aggregation: mean\n    higher_is_better: true\n',
  );
  expect((await rescore()).code).toBe(0);
  const metrics = Object.fromEntries(
    summary('run').trials.map((trial) => [trial.task, Object.keys(trial.metrics)]),
  );
  expect(metrics['small_choice']).toContain('acc_bytes');
  expect(metrics['small_generate']).toContain('exact_match,first_letter');
  const { stdout } = await runCli(['analyze', RUN, '--format', 'csv', '--metric', 'acc_bytes']);
  expect(stdout).toContain('small_choice');
  const samples = Object.entries(resultFiles('run')).find(([name]) =>
    name.includes('samples_small_generate'),
  );
  expect(samples?.[1]).toContain('"filter": "first_letter"');
  writeFileSync(taskFile('small_generate'), before);
});

test('a rescoring that was cut off leaves the scores as they were', async () => {
  await rescore();
  const whole = read('run', 'summary.json').replace(/"rescoredAt": "[^"]*"/, '');
  appendFileSync(taskFile('small_choice'), '  - metric: brier_score\n');
  const journal = join(RUN, 'journal.ndjson');
  const size = statSync(journal).size;
  await rescore();
  truncateSync(journal, size + Math.floor((statSync(journal).size - size) / 2));
  const { stdout } = await runCli(['report', RUN, '--format', 'json']);
  expect(stdout).not.toContain('brier_score');
  expect((await rescore()).code).toBe(0);
  expect(read('run', 'summary.json')).toContain('brier_score');
  expect(whole).not.toContain('brier_score');
});

test('tasks that would ask something else are refused by name, and nothing changes', async () => {
  const before = read('run', 'summary.json');
  const yaml = read('tasks', 'small_string.yaml');
  writeFileSync(taskFile('small_string'), yaml.replace('{{question}}', '{{question}}?'));
  const { code, stderr } = await rescore();
  writeFileSync(taskFile('small_string'), yaml);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^scalesweep: Expected tasks that ask what they asked, but the requests of small_string \(0 shots\) changed/,
  );
  expect(read('run', 'summary.json')).toBe(before);
});

test('a task that is gone is named; its place can be said', async () => {
  const elsewhere = join(root, 'elsewhere');
  cpSync(join(root, 'tasks'), elsewhere, { recursive: true });
  const one = await rescore('--task', join(elsewhere, 'small_string.yaml'));
  expect(one.code).toBe(2);
  expect(one.stderr).toMatch(
    /Expected the task small_choice, small_generate, small_rolling of the run to be where/,
  );
  expect((await rescore('--task', join(elsewhere, '*.yaml'))).code).toBe(0);
});
