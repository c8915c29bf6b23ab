import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NumpyRandomState } from '../../../src/python/numpy-random.js';
import { columnOf } from '../../../src/score/score-columns.js';
import { scoreWorkload } from '../../../src/score/score-workload.js';
import { loadTasks } from '../../../src/task/load-tasks.js';
import { prepareWorkload } from '../../../src/task/prepare-workload.js';
import { taskFolder } from '../../helpers/task-folder.js';

const CHOICES = {
  name: 'pets',
  task_prefix: 'Pets {{or not}}.',
  metrics: ['multiple_choice_grade'],
  examples: [
    { input: 'Barks?', target_scores: { dog: 1, cat: 0, fish: 0.5 } },
    { input: 'Purrs?', target_scores: { dog: 0, cat: 1, fish: 0 } },
    { input: 'Purrs?', target_scores: { dog: 0, cat: 1, fish: 0 } },
  ],
};

async function load(json: object) {
  const folder = taskFolder({ 'task.json': JSON.stringify(json) });
  const [task] = await loadTasks([join(folder, 'task.json')], { includePaths: [] });
  if (task === undefined) throw new Error('no task');
  return task;
}

test('permutations and draws are those of numpy.random.RandomState(42)', () => {
  const random = new NumpyRandomState(42);
  expect([random.permutation(5), random.permutation(10), random.choice(20, 3)]).toEqual([
    [1, 4, 2, 0, 3],
    [3, 9, 0, 8, 5, 2, 1, 6, 4, 7],
    [15, 19, 6],
  ]);
  expect(random.permutation(1000).slice(0, 4)).toEqual([31, 109, 136, 88]);
});

test('a multiple-choice task shows its choices and asks for each, copies left out', async () => {
  const task = await load(CHOICES);
  const { samples, task: prepared } = await prepareWorkload(task, { shots: 0, limit: null, seed: 1234 });
  expect(samples.length).toBe(2);
  expect(samples.at(0)?.requests[0]).toEqual({
    kind: 'loglikelihood',
    context: 'Pets {{or not}}.\nQ: Barks?\n  choice: cat\n  choice: dog\n  choice: fish\nA: ',
    continuation: 'dog',
  });
  expect(prepared.metrics[0]).toMatchObject({ name: 'multiple_choice_grade', chance: (1.5 / 3 + 1 / 3) / 2 });
});

test('the grade is the score of the likeliest choice', async () => {
  const workload = await prepareWorkload(await load(CHOICES), { shots: 1, limit: null, seed: 1234 });
  const responses = [...workload.samples].map(({ requests }) =>
    requests.map((_, index) => ({
      kind: 'loglikelihood' as const,
      loglikelihood: index - 3,
      isGreedy: false,
      nTokens: 1,
    })),
  );
  const { metrics } = scoreWorkload(workload, responses);
  expect(metrics['multiple_choice_grade']?.value).toBe(0.25);
  expect(metrics['choice_probability']?.value).toBeGreaterThan(0);
});

test('a text task is matched against any of its targets', async () => {
  const task = await load({ name: 'echo', examples: [{ input: 'say hi', target: ['hi', 'hello'] }] });
  const workload = await prepareWorkload(task, { shots: 0, limit: null, seed: 1234 });
  const answer = (text: string) => [
    [{ kind: 'generate_until' as const, text, nTokens: 1, ended: 'stop' as const }],
  ];
  expect(scoreWorkload(workload, answer(' hello. And more')).metrics['exact_str_match']?.value).toBe(1);
  expect(scoreWorkload(workload, answer('well, hello')).metrics['exact_str_match']?.value).toBe(0);
});

test('a file that is no BIG-bench task is refused', async () => {
  await expect(load({ name: 'empty' })).rejects.toThrow(/a list of `examples`/);
  await expect(load({ examples: [{ input: 'x' }] })).rejects.toThrow(
    /a `target` or `target_scores` in every example/,
  );
});

interface Golden {
  readonly cases: readonly {
    readonly task: object;
    readonly shots: number;
    readonly contexts: readonly string[];
  }[];
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/task/bigbench.json'), 'utf8'),
) as Golden;

test.each(golden.cases.map((one) => [one.shots, one] as const))(
  'worked examples (%i) are those that the published rules draw',
  async (shots, { task, contexts }) => {
    const { samples } = await prepareWorkload(await load(task), { shots, limit: null, seed: 1234 });
    expect(
      Array.from(
        samples,
        ({ requests: [first] }) => first?.kind !== 'loglikelihood_rolling' && first?.context,
      ),
    ).toEqual(contexts);
  },
);

test('equally likely choices are told apart by the digest of all loglikelihoods', async () => {
  const workload = await prepareWorkload(await load(CHOICES), { shots: 0, limit: null, seed: 1234 });
  const grade = (loglikelihood: number): number | undefined => {
    const answer = { kind: 'loglikelihood' as const, loglikelihood, isGreedy: false, nTokens: 1 };
    const responses = [...workload.samples].map(({ requests }) => requests.map(() => answer));
    return columnOf(scoreWorkload(workload, responses).scores, 'multiple_choice_grade')?.values[0];
  };
  // int(sha256(float64 bytes), 16) % 3, as Python computes it.
  expect([grade(-1), grade(-2), grade(-3)]).toEqual([0.5, 1, 0]);
});

test('a file that asks for choices and for text makes two tasks, and only the metrics that it names', async () => {
  const json = { ...CHOICES, metrics: ['multiple_choice_grade', 'exact_str_match', 'bleu', 'rouge'] };
  const folder = taskFolder({ 'task.json': JSON.stringify(json) });
  const tasks = await loadTasks([join(folder, 'task.json')], { includePaths: [] });
  expect(tasks.map(({ name, outputType }) => [name, outputType])).toEqual([
    ['bigbench_pets', 'multiple_choice'],
    ['bigbench_pets_text', 'generate_until'],
  ]);
  const [, text] = tasks;
  if (text === undefined) throw new Error('no text task');
  const workload = await prepareWorkload(text, { shots: 1, limit: null, seed: 1234 });
  const responses = [...workload.samples].map(() => [
    { kind: 'generate_until' as const, text: ' dog', nTokens: 1, ended: 'stop' as const },
  ]);
  const { metrics } = scoreWorkload(workload, responses);
  expect(metrics['exact_str_match']?.value).toBe(0.5);
  expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['bleu', 'rougeLsum']));
});
