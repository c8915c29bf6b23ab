import { expect, test } from 'vitest';
import type { Response, TextRequest } from '../../src/domain/request.js';
import { columnOf } from '../../src/score/score-columns.js';
import { scoreWorkload } from '../../src/score/score-workload.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import { onlyTask } from '../helpers/task-folder.js';

function answer(request: TextRequest, index: number): Response {
  if (request.kind === 'generate_until')
    return { kind: 'generate_until', text: 'the big dog', nTokens: 3, ended: 'stop' };
  if (request.kind === 'loglikelihood_rolling')
    return { kind: 'loglikelihood_rolling', loglikelihood: -8, nTokens: 4 };
  return { kind: 'loglikelihood', loglikelihood: -2 - index, isGreedy: false, nTokens: 1 };
}

async function metricsOf(yaml: string, row: object) {
  const head = [
    'dataset_path: json',
    'dataset_kwargs: { data_files: { test: rows.jsonl } }',
    'test_split: test',
  ];
  const task = await onlyTask([...head, yaml].join('\n'), JSON.stringify(row));
  const workload = await prepareWorkload(task, { shots: 0, limit: null, seed: 1 });
  const responses = [...workload.samples].map(({ requests }) => requests.map(answer));
  const { metrics, scores } = scoreWorkload(workload, responses);
  const sample = Object.fromEntries(scores.names.map((name) => [name, columnOf(scores, name)?.values[0]]));
  return { metrics, sample, specs: workload.task.metrics.map(({ name }) => name) };
}

const CHOICES = ['logprob_per_byte', 'choice_probability', 'brier'];
const TEXTS = ['token_accuracy', 'edit_similarity'];
const ROW = { q: 'Who?', opts: ['a cat', 'dog'], gold: 1, text: 'the big cat' };

test.each([
  ['multiple_choice', 'doc_to_text: q\ndoc_to_choice: opts\ndoc_to_target: gold', CHOICES],
  ['loglikelihood', 'doc_to_text: q\ndoc_to_target: text', ['logprob_per_byte']],
  ['loglikelihood_rolling', 'doc_to_text: ""\ndoc_to_target: text', ['logprob_per_byte']],
  ['generate_until', 'doc_to_text: q\ndoc_to_target: text', TEXTS],
])('%s has metrics that change smoothly', async (type, fields, expected) => {
  const { metrics, sample, specs } = await metricsOf(`task: t\noutput_type: ${type}\n${fields}`, ROW);
  for (const name of expected) {
    expect(Number.isFinite(metrics[name]?.value), name).toBe(true);
    expect(sample[name], name).toBe(metrics[name]?.value);
    expect(specs, name).toContain(name);
  }
});

test('their values are those of their definitions', async () => {
  const choice = await metricsOf(
    'task: t\noutput_type: multiple_choice\ndoc_to_text: q\ndoc_to_choice: opts\ndoc_to_target: gold',
    ROW,
  );
  const share = Math.exp(-3) / (Math.exp(-2) + Math.exp(-3));
  expect(choice.sample['logprob_per_byte']).toBeCloseTo(-3 / 4, 12); // " dog"
  expect(choice.sample['choice_probability']).toBeCloseTo(share, 12);
  expect(choice.sample['brier']).toBeCloseTo(2 * (1 - share) ** 2, 12);
  const text = await metricsOf(
    'task: t\noutput_type: generate_until\ndoc_to_text: q\ndoc_to_target: text',
    ROW,
  );
  expect(text.sample['token_accuracy']).toBeCloseTo(2 / 3, 12);
  expect(text.sample['edit_similarity']).toBeCloseTo(1 - 3 / 11, 12);
});

test('tasks that are scored by a function have them too', async () => {
  const pairs = await metricsOf(
    'task: crows_pairs_mine\noutput_type: multiple_choice\ndoc_to_text: ""\ndoc_to_choice: !function utils.doc_to_choice\ndoc_to_target: 0\ntarget_delimiter: ""\nprocess_results: !function utils.process_results',
    { sent_more: 'one', sent_less: 'two' },
  );
  expect(Object.keys(pairs.sample)).toEqual(expect.arrayContaining(['pct_stereotype', ...CHOICES]));
  const written = await metricsOf(
    'task: drop_mine\noutput_type: generate_until\ndoc_to_text: q\ndoc_to_target: q\nprocess_results: !function utils.process_results',
    { q: 'What?', answers: [['big red dog'], ['a cat', 'a dog']] },
  );
  expect(written.sample).toMatchObject({ em: 0, f1: 0.8 });
  expect(written.sample['token_accuracy']).toBeCloseTo(1 / 3, 12);
});

test('a target that cannot be read leaves a function its own scores', async () => {
  const { sample } = await metricsOf(
    'task: drop_mine\noutput_type: multiple_choice\ndoc_to_text: q\ndoc_to_choice: opts\ndoc_to_target: "{{nothing.there}}"\nprocess_results: !function utils.process_results',
    { q: 'What?', opts: ['x'], answers: [['x']] },
  ).catch(() => ({ sample: { refused: 1 } }));
  expect(Object.keys(sample)).not.toContain('choice_probability');
});
