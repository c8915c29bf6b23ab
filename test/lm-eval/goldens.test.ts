import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aggregateGroup } from '../../src/lm-eval/aggregate-group.js';
import { resultRecord } from '../../src/lm-eval/result-record.js';
import {
  hashTask,
  sampleLines,
  type AggregatedWorkload,
  type AnsweredWorkload,
} from '../../src/lm-eval/sample-lines.js';
import { PyFloat, type PyDict } from '../../src/python/value.js';
import { scoreWorkload } from '../../src/score/score-workload.js';
import { loadTaskSet } from '../../src/task/load-tasks.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import {
  argumentsOf,
  firstFilter,
  hashesOf,
  readGolden,
  responsesOf,
  type GoldenRow,
  type GoldenTask,
  resultHeader,
} from '../helpers/lm-eval-golden.js';

interface Golden {
  readonly bootstrap_iters: number;
  readonly models: Readonly<
    Record<
      string,
      {
        readonly rows: Readonly<Record<string, GoldenRow>>;
        readonly tasks: Readonly<Record<string, GoldenTask>>;
      }
    >
  >;
}

const FOLDER = join(import.meta.dirname, '../fixtures/lm-eval');
const golden = readGolden(join(FOLDER, 'goldens.json.gz')) as Golden;
const { tasks, groups } = await loadTaskSet([join(FOLDER, 'tasks')], { includePaths: [] });
const [first = ''] = Object.keys(golden.models);
const names = tasks.map(({ name }) => name).sort();

async function prepare(name: string) {
  const task = tasks.find((one) => one.name === name);
  if (task === undefined) throw new Error(`no task ${name}`);
  return prepareWorkload(task, { shots: task.defaultShots, limit: null, seed: 1234 });
}

async function score(name: string, model: string): Promise<AggregatedWorkload & AnsweredWorkload> {
  const workload = await prepare(name);
  const samples = firstFilter(golden.models[model]?.tasks[name] ?? { shots: 0, task_hash: '', samples: [] });
  const responses = [...workload.samples].map((sample, index) => {
    const answers = samples[index];
    if (answers === undefined) throw new Error(`no golden sample ${index} of ${name}`);
    return responsesOf(sample, answers);
  });
  const result = scoreWorkload(workload, responses, { bootstrapIterations: golden.bootstrap_iters });
  return { workload, responses, score: result };
}

function expectRow(got: PyDict, expected: GoldenRow): void {
  const plain = Object.fromEntries(
    Object.entries(got)
      .filter(([, value]) => typeof value !== 'object' || value instanceof PyFloat)
      .map(([key, value]) => [key, value instanceof PyFloat ? value.value : value]),
  );
  expect(Object.keys(plain).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, value] of Object.entries(expected)) {
    if (typeof value !== 'number') expect(plain[key], key).toBe(value);
    else expect(Math.abs(Number(plain[key]) - value) / Math.max(1, Math.abs(value)), key).toBeLessThan(1e-9);
  }
}

test('the goldens hold every task of the fixtures', () => {
  expect(Object.keys(golden.models[first]?.tasks ?? {}).sort()).toEqual(names);
});

describe.each(names)('%s', (name) => {
  test('asks what lm-eval asks, text by text, with its hashes', async () => {
    const workload = await prepare(name);
    const expected = firstFilter(
      golden.models[first]?.tasks[name] ?? { shots: 0, task_hash: '', samples: [] },
    );
    expect([...workload.samples].map(({ requests }) => requests.map(argumentsOf))).toEqual(
      expected.map((sample) => sample.arguments),
    );
    expect(hashesOf(workload)).toEqual(
      expected.map((sample) => ({
        docHash: sample.doc_hash,
        promptHash: sample.prompt_hash,
        targetHash: sample.target_hash,
      })),
    );
  });

  test.each(Object.keys(golden.models))(
    'scores the answers of %s to the metrics and errors of lm-eval',
    async (model) => {
      const scored = await score(name, model);
      const task = golden.models[model]?.tasks[name];
      expect(hashTask(scored)).toBe(task?.task_hash);
      const rows = resultRecord(resultHeader(model), [scored], [])['results'] as PyDict;
      expectRow(rows[name] as PyDict, golden.models[model]?.rows[name] ?? {});
      const lines = [...sampleLines(scored)].map(
        (line) => JSON.parse(line) as { filter: string; filtered_resps: unknown[] },
      );
      expect(lines.map(({ filter }) => filter)).toEqual(task?.samples.map(({ filter }) => filter));
    },
  );
});

test('a group aggregates its tasks as lm-eval does', async () => {
  for (const model of Object.keys(golden.models)) {
    const scored = [await score('letters', model), await score('letters_other', model)];
    const rows = resultRecord(resultHeader(model), scored, groups)['results'] as PyDict;
    const [group] = groups;
    expect(group?.name).toBe('letters_group');
    if (group !== undefined)
      expectRow(aggregateGroup(group, rows), golden.models[model]?.rows['letters_group'] ?? {});
  }
});
