import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { resultRecord } from '../../src/lm-eval/result-record.js';
import { hashTask, sampleLines } from '../../src/lm-eval/sample-lines.js';
import type { AggregatedWorkload, AnsweredWorkload } from '../../src/lm-eval/sample-lines.js';
import { dumpJson } from '../../src/python/json.js';
import { scoreWorkload } from '../../src/score/score-workload.js';
import { loadTasks, loadTaskSet, type TaskDefinition } from '../../src/task/load-tasks.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import {
  argumentsOf,
  firstFilter,
  hashesOf,
  readGolden,
  responsesOf,
  type GoldenSample,
  type GoldenTask,
  resultHeader,
} from '../helpers/lm-eval-golden.js';

type Files = Readonly<Record<string, string>>;

interface RandomTask extends GoldenTask {
  readonly row: unknown;
  readonly higher_is_better: unknown;
  readonly samples: readonly (GoldenSample & { readonly target: string; readonly metrics: object })[];
}

interface Golden {
  readonly bootstrap_iters: number;
  readonly files: Files;
  readonly tasks: Readonly<Record<string, RandomTask>>;
  readonly groups: {
    readonly files: Files;
    readonly selections: Readonly<
      Record<string, { readonly samples: Readonly<Record<string, readonly GoldenSample[]>> }>
    >;
  };
}

// `python test/oracles/lm_eval_random.py --seed 7 --tasks 500 -o FILE` makes more of them.
const FILE =
  process.env['SCALESWEEP_RANDOM_TASKS'] ?? join(import.meta.dirname, '../fixtures/lm-eval/random.json.gz');
const golden = readGolden(FILE) as Golden;
const folders: string[] = [];

function folderOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'random-tasks-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), Buffer.from(content, 'base64'));
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function score(
  task: TaskDefinition,
  samples: readonly GoldenSample[],
): Promise<AggregatedWorkload & AnsweredWorkload> {
  const workload = await prepareWorkload(task, { shots: task.defaultShots, limit: null, seed: 1234 });
  expect([...workload.samples].map(({ requests }) => requests.map(argumentsOf))).toEqual(
    samples.map((sample) => sample.arguments),
  );
  const responses = [...workload.samples].map((sample, index) =>
    responsesOf(sample, samples[index] as GoldenSample),
  );
  const score = scoreWorkload(workload, responses, { bootstrapIterations: golden.bootstrap_iters });
  return { workload, responses, score };
}

const parse = (text: string): unknown =>
  JSON.parse(text.replace(/\bNaN\b/g, '"NaN"').replace(/-?\bInfinity\b/g, '"Inf"'));

/** Numbers to nine digits after the point, relative to the large ones. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(10));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]));
}

function numbersIn(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => typeof value === 'number'));
}

const folder = folderOf(golden.files);

test.each(Object.keys(golden.tasks))('%s asks and scores as lm-eval does', async (name) => {
  const expected = golden.tasks[name] as RandomTask;
  const [task] = await loadTasks([join(folder, `${name}.yaml`)], { includePaths: [] });
  const first = firstFilter(expected);
  const scored = await score(task as TaskDefinition, first);
  expect(hashesOf(scored.workload)).toEqual(
    first.map((one) => ({ docHash: one.doc_hash, promptHash: one.prompt_hash, targetHash: one.target_hash })),
  );
  expect(hashTask(scored)).toBe(expected.task_hash);
  const record = parse(dumpJson(resultRecord(resultHeader('pretend'), [scored], []))) as Record<
    string,
    Record<string, unknown>
  >;
  expect(rounded(record['results']?.[name])).toEqual(rounded(expected.row));
  expect(record['higher_is_better']?.[name]).toEqual(expected.higher_is_better);
  const lines = [...sampleLines(scored)].map((line) => parse(line) as Record<string, unknown>);
  expect(lines.map((line) => [line['filter'], line['doc_id'], line['target']])).toEqual(
    expected.samples.map((one) => [one.filter, one.doc_id, one.target]),
  );
  lines.forEach((line, index) => {
    expect(rounded(line)).toMatchObject(rounded(numbersIn(expected.samples[index]?.metrics ?? {})) as object);
  });
});

describe('groups, tags and overrides', () => {
  const groups = folderOf(golden.groups.files);

  test.each(Object.keys(golden.groups.selections))('%s gives the results of lm-eval', async (selection) => {
    const expected = golden.groups.selections[selection];
    const set = await loadTaskSet(selection.split(','), { includePaths: [groups] });
    const scored: AggregatedWorkload[] = [];
    for (const task of set.tasks) {
      const samples = expected?.samples[task.name] ?? [];
      scored.push(await score(task, firstFilter({ shots: 0, task_hash: '', samples })));
    }
    const record = parse(dumpJson(resultRecord(resultHeader('pretend'), scored, set.groups)));
    const { samples: _, ...header } = expected ?? { samples: {} };
    expect(rounded(record)).toMatchObject(rounded(header) as object);
  });
});
