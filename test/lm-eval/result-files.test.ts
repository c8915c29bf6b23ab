import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadTaskSet } from '../../src/task/load-tasks.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import { scoreWorkload } from '../../src/score/score-workload.js';
import { writeResultsFile, writeSamplesFile } from '../../src/lm-eval/write-results.js';
import { responsesOf, type GoldenSample } from '../helpers/lm-eval-golden.js';

type Json = Readonly<Record<string, unknown>>;

/** What the real lm-eval wrote of the same tasks (test/oracles/result_files.py). */
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/lm-eval/result-files.json'), 'utf8'),
) as { readonly names: readonly string[]; readonly content: Readonly<Record<string, unknown>> };
const theirs = golden.content['results'] as Json;
const folder = mkdtempSync(join(tmpdir(), 'result-files-'));
let ours: Json;
let names: string[];
const lines = new Map<string, Json[]>();

/** The answers in a line of samples: numbers and truth values stand there as texts. */
function answersOf(line: Json): GoldenSample {
  const unquote = (answer: unknown): [number, boolean] | number | string => {
    if (Array.isArray(answer)) return [Number(answer[0]), answer[1] === 'True'];
    const text = String(answer);
    return line['filter'] === 'none' && /^-?\d+\.\d+$/.test(text) ? Number(text) : text;
  };
  const resps = (line['resps'] as unknown[][]).map((repeats) => repeats.map(unquote));
  return { ...(line as unknown as GoldenSample), resps };
}

beforeAll(async () => {
  const tasks = join(import.meta.dirname, '../fixtures/lm-eval/tasks');
  const files = ['letters_group', 'sums', 'pages'].map((name) => join(tasks, `${name}.yaml`));
  const set = await loadTaskSet(files, { includePaths: [] });
  const scored = [];
  for (const task of set.tasks) {
    const workload = await prepareWorkload(task, { shots: task.defaultShots, limit: 3, seed: 1234 });
    const written = golden.content[`samples_${task.name}`] as Json[];
    const responses = [...workload.samples].map((sample, index) =>
      responsesOf(sample, answersOf(written[index] ?? {})),
    );
    scored.push({
      workload,
      responses,
      score: scoreWorkload(workload, responses, { bootstrapIterations: 100 }),
    });
  }
  const header = {
    model: 'org/llama-gqa',
    nParams: 50_592,
    precision: 'float32',
    device: 'cpu',
    limit: 3,
    seed: 1234,
    start: new Date(Number(theirs['date']) * 1000),
    durationMs: 2000,
    maxLength: 160,
    systemInstruction: null,
    chat: null,
    extra: {},
  };
  await writeResultsFile(folder, { header, groups: set.groups, scored });
  for (const one of scored) await writeSamplesFile(folder, header, one);
  const [model = ''] = readdirSync(folder);
  names = readdirSync(join(folder, model)).toSorted();
  for (const name of names) {
    const text = readFileSync(join(folder, model, name), 'utf8');
    if (name.endsWith('.json')) ours = JSON.parse(text) as Json;
    else
      lines.set(
        name.replace(/_\d{4}-.*$/, ''),
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Json),
      );
  }
});

const TIME = /\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3,6}/;

test('files are named as lm-eval names them', () => {
  expect(readdirSync(folder)).toEqual(['org__llama-gqa']);
  expect(names.map((name) => name.replace(TIME, 'TIME'))).toEqual(
    golden.names.map((name) => name.replace(TIME, 'TIME')).toSorted(),
  );
});

/** Paths at which a value of ours is missing or of another kind than theirs; null stands for anything that is not known. */
function differences(expected: unknown, got: unknown, path: string): string[] {
  if (got === null && expected !== undefined) return [];
  if (Array.isArray(expected)) return Array.isArray(got) ? [] : [path];
  if (typeof expected !== 'object' || expected === null)
    return expected === null || typeof got === typeof expected ? [] : [path];
  if (typeof got !== 'object') return [path];
  return Object.entries(expected).flatMap(([key, value]) =>
    differences(value, (got as Json)[key], `${path}.${key}`),
  );
}

test('results have every key of lm-eval’s, of the same kind, and one more: scalesweep', () => {
  expect(differences(theirs, ours, '')).toEqual([]);
  expect(Object.keys(ours).filter((key) => !(key in theirs))).toEqual(['scalesweep']);
  for (const section of [
    'results',
    'configs',
    'versions',
    'n-shot',
    'n-samples',
    'higher_is_better',
    'groups',
  ]) {
    const keysOf = (value: unknown): string[] => Object.keys(value as Json).toSorted();
    expect(keysOf(ours[section]), section).toEqual(keysOf(theirs[section]));
  }
});

test('what does not depend on the machine is equal', () => {
  for (const key of [
    'group_subtasks',
    'versions',
    'n-shot',
    'n-samples',
    'higher_is_better',
    'task_hashes',
    'lm_eval_version',
  ])
    expect(ours[key], key).toEqual(theirs[key]);
  const withoutSource = (configs: unknown): unknown =>
    JSON.parse(
      JSON.stringify(configs, (key, value: unknown) => (key === 'config_source' ? undefined : value)),
    );
  expect(withoutSource(ours['configs'])).toEqual(withoutSource(theirs['configs']));
  for (const [task, row] of Object.entries(theirs['results'] as Json)) {
    for (const [key, value] of Object.entries(row as Json)) {
      const got = (ours['results'] as Record<string, Json>)[task]?.[key];
      if (typeof value === 'number')
        expect(Math.abs(Number(got) - value), `${task} ${key}`).toBeLessThan(1e-9 * Math.max(1, value));
      else expect(got, `${task} ${key}`).toEqual(value);
    }
  }
});

test.each(['letters', 'letters_other', 'sums', 'pages'])(
  'lines of samples_%s equal lm-eval’s, key by key',
  (task) => {
    const expected = golden.content[`samples_${task}`] as Json[];
    const got = lines.get(`samples_${task}`) ?? [];
    // lm-eval prints the shares of a Brier score as numpy does, to eight digits; ours are whole.
    const plain = ({ scalesweep: _own, brier_score: _shares, ...line }: Json): Json => line;
    expect(got.map(plain)).toEqual(expected.map(plain));
    expect(got.every((line) => 'scalesweep' in line)).toBe(true);
  },
);
