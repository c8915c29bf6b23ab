import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Response, TextRequest } from '../../src/domain/request.js';
import { SweepError } from '../../src/errors.js';
import { resultRecord } from '../../src/lm-eval/result-record.js';
import {
  sampleLines,
  type AggregatedWorkload,
  type AnsweredWorkload,
} from '../../src/lm-eval/sample-lines.js';
import { parseJson } from '../../src/python/json.js';
import { isFloat, toNumber, type PyDict, type PyValue } from '../../src/python/value.js';
import { scoreWorkload } from '../../src/score/score-workload.js';
import { loadTasks } from '../../src/task/load-tasks.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import {
  readGolden,
  responsesOf,
  resultHeader,
  type GoldenAnswer,
  type GoldenSample,
} from '../helpers/lm-eval-golden.js';

/** What the real lm-eval asked, got and wrote of one task (test/oracles/lm_eval_edges.py). */
interface Edge {
  readonly name: string;
  readonly row: string;
  readonly config: string;
  readonly headers: string;
  /** By document, request and repeat. */
  readonly answers: readonly (readonly (readonly GoldenAnswer[])[])[];
  readonly lines: readonly string[];
}

interface Golden {
  readonly bootstrap_iters: number;
  readonly files: Readonly<Record<string, string>>;
  readonly tasks: Readonly<Record<string, Edge>>;
  readonly errors: Readonly<Record<string, string>>;
}

// `python test/oracles/lm_eval_edges.py -o FILE` makes it.
const FILE =
  process.env['SCALESWEEP_EDGE_TASKS'] ?? join(import.meta.dirname, '../fixtures/lm-eval/edges.json.gz');
const golden = readGolden(FILE) as Golden;
const folder = mkdtempSync(join(tmpdir(), 'edges-'));
for (const [name, content] of Object.entries(golden.files))
  writeFileSync(join(folder, name), Buffer.from(content, 'base64'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function anyAnswer({ kind }: TextRequest): Response {
  if (kind === 'generate_until') return { kind, text: 'a', nTokens: 1, ended: 'stop' };
  return kind === 'loglikelihood'
    ? { kind, loglikelihood: -1, isGreedy: true, nTokens: 1 }
    : { kind, loglikelihood: -1, nTokens: 1 };
}

async function score(
  name: string,
  answers: Edge['answers'] | null,
): Promise<AggregatedWorkload & AnsweredWorkload> {
  const [task] = await loadTasks([join(folder, `${name}.yaml`)], { includePaths: [] });
  if (task === undefined) throw new Error('no task');
  const workload = await prepareWorkload(task, { shots: task.defaultShots, limit: null, seed: 1234 });
  const responses = [...workload.samples].map((sample, index) =>
    answers === null
      ? sample.requests.map(anyAnswer)
      : responsesOf(sample, { resps: answers[index] ?? [] } as unknown as GoldenSample),
  );
  const score = scoreWorkload(workload, responses, { bootstrapIterations: golden.bootstrap_iters });
  return { workload, responses, score };
}

/** Every value at its path, so that 1 and 1.0 differ; floats to ten digits. What only ours has, and paths, left out. */
function flat(value: PyValue, path = ''): string[] {
  if (isFloat(value)) return [`${path}: float ${Number(toNumber(value).toPrecision(10))}`];
  if (typeof value === 'bigint') return [`${path}: ${value}`];
  if (Array.isArray(value))
    return [
      `${path}: ${value.length} members`,
      ...value.flatMap((item: PyValue, i) => flat(item, `${path}[${i}]`)),
    ];
  if (typeof value !== 'object' || value === null) return [`${path}: ${JSON.stringify(value)}`];
  return Object.entries(value as PyDict)
    .filter(
      ([key]) => !(path === '' && key === 'scalesweep') && key !== 'data_files' && key !== 'config_source',
    )
    .flatMap(([key, item]) => flat(item, `${path}.${key}`));
}

const read = (text: string): string[] => flat(parseJson(text));

const names = Object.keys(golden.tasks);
const isRefused = (name: string): boolean => name.startsWith('refused_');

test.each(names.filter(isRefused))('%s: what is not done here is refused by name', async (name) => {
  await expect(score(name, null)).rejects.toThrow(SweepError);
});

test.each(names.filter((name) => !isRefused(name)))(
  '%s: what is written equals what lm-eval writes',
  async (name) => {
    const expected = golden.tasks[name] as Edge;
    const scored = await score(name, expected.answers);
    expect([...sampleLines(scored)].flatMap(read)).toEqual(expected.lines.flatMap(read));
    const record = resultRecord(resultHeader('pretend'), [scored], []);
    const part = (section: string): PyValue => (record[section] as PyDict)[scored.workload.task.name] ?? null;
    expect(flat(part('results'))).toEqual(read(expected.row));
    expect(flat(part('configs'))).toEqual(read(expected.config));
    const wanted = parseJson(expected.headers) as PyDict;
    expect(flat(Object.fromEntries(Object.keys(wanted).map((key) => [key, part(key)])))).toEqual(
      flat(wanted),
    );
  },
);

test.each(Object.keys(golden.errors))('%s, which lm-eval fails on, is scored or refused', async (name) => {
  try {
    await score(name, null);
  } catch (error) {
    expect(error).toBeInstanceOf(SweepError);
  }
});
