import { expect, test } from 'vitest';
import type { Workload } from '../../src/domain/task.js';
import type { TaskDefinition } from '../../src/task/load-tasks.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import { choiceTask, onlyTask, ROWS } from '../helpers/task-folder.js';

async function prepare(
  yaml: string,
  options: { shots?: number; limit?: number; rows?: string } = {},
): Promise<Workload<TaskDefinition>> {
  const task = await onlyTask(yaml, options.rows ?? ROWS);
  return prepareWorkload(task, { shots: options.shots ?? 0, limit: options.limit ?? null, seed: 1234 });
}

test('a multiple-choice sample asks for every choice behind the delimiter', async () => {
  const { samples } = await prepare(choiceTask('alpha'), { limit: 1 });
  expect(samples.at(0)?.requests).toEqual([
    { kind: 'loglikelihood', context: 'one?', continuation: ' a' },
    { kind: 'loglikelihood', context: 'one?', continuation: ' b' },
  ]);
});

test('a limit changes neither the questions nor their examples', async () => {
  const all = await prepare(choiceTask('alpha', 'fewshot_split: test'), { shots: 2 });
  const some = await prepare(choiceTask('alpha', 'fewshot_split: test'), { shots: 2, limit: 3 });
  expect(some.samples).toEqual([...all.samples].slice(0, 3));
  expect(some.task.nDocs).toBe(6);
});

test('examples never show the document itself when both come from one split', async () => {
  const { samples } = await prepare(choiceTask('alpha', 'fewshot_split: test'), { shots: 5 });
  for (const { doc, requests } of samples) {
    const context = requests[0]?.kind === 'loglikelihood' ? requests[0].context : '';
    expect(context.split(`${String(doc['q'])}?`).length).toBe(2);
  }
});

test('equal seeds give equal workloads, another seed another', async () => {
  const task = await onlyTask(choiceTask('alpha', 'fewshot_split: test'));
  const ids = [];
  for (const seed of [1, 1, 2]) ids.push((await prepareWorkload(task, { shots: 3, limit: null, seed })).id);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
});

test('chance is one in n where every sample has n choices, or what the task says', async () => {
  const derived = await prepare(choiceTask('alpha'));
  expect(derived.task.metrics.find(({ name }) => name === 'acc')?.chance).toBe(0.5);
  const given = await prepare(choiceTask('alpha', 'metadata: { chance: 0.25 }'));
  expect(given.task.metrics.find(({ name }) => name === 'acc')?.chance).toBe(0.25);
});

test.each([
  [
    'too many shots',
    choiceTask('a', 'fewshot_split: test'),
    6,
    ROWS,
    /at least 7 examples to draw from for the task a, but its few-shot split has 6/,
  ],
  ['shots for a task fixed to none', choiceTask('a', 'num_fewshot: 0'), 1, ROWS, /says num_fewshot: 0/],
  [
    'a missing column',
    choiceTask('a').replace('{{q}}', '{{question}}'),
    0,
    ROWS,
    /'question' is undefined; the columns of its data are q, options, gold/,
  ],
  ['a broken line', choiceTask('a'), 0, `${ROWS}\n{"q": `, /rows\.jsonl, line 7 is not JSON/],
  ['a line that is no object', choiceTask('a'), 0, `${ROWS}\n[1]`, /rows\.jsonl, line 7 holds \[1\]/],
  ['no documents', choiceTask('a'), 0, '\n', /at least one document in .*rows\.jsonl/],
  [
    'a missing split',
    choiceTask('a').replace('test_split: test', 'test_split: dev'),
    0,
    ROWS,
    /the split "dev" in the data of the task a .*; there are test/,
  ],
  [
    'no split to ask',
    choiceTask('a').replace('test_split: test', ''),
    0,
    ROWS,
    /a test_split or a validation_split/,
  ],
  [
    'choices that are no list',
    choiceTask('a').replace('doc_to_choice: options', 'doc_to_choice: q'),
    0,
    ROWS,
    /`doc_to_choice` of the task a gives str 'one', expected a list/,
  ],
])('%s: one sentence', async (_name, yaml, shots, rows, message) => {
  await expect(prepare(yaml, { shots, rows })).rejects.toThrow(message);
});

test('sampled answers are refused, for answers are generated greedily', async () => {
  const yaml = choiceTask('a')
    .replace('multiple_choice', 'generate_until')
    .replace('doc_to_choice: options', 'generation_kwargs: { do_sample: true, temperature: 0.7 }');
  const task = await onlyTask(yaml);
  const options = { shots: 0, limit: null, seed: 1234 };
  await expect(prepareWorkload(task, options)).rejects.toThrow(/`do_sample` or a temperature above 0/);
  const shown = await prepareWorkload(task, { ...options, onlyToShow: true });
  expect(shown.samples.at(0)?.requests[0]).toMatchObject({ kind: 'generate_until', context: 'one?' });
});

test('a generation has its stops and its bound under any of their names', async () => {
  const yaml = choiceTask('a')
    .replace('multiple_choice', 'generate_until')
    .replace('doc_to_choice: options', 'generation_kwargs: { until: "END", max_tokens: 7, num_beams: 1 }');
  const { samples } = await prepare(yaml, { limit: 1 });
  expect(samples.at(0)?.requests).toEqual([
    { kind: 'generate_until', context: 'one?', until: ['END'], maxNewTokens: 7 },
  ]);
});
