import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TextRequest } from '../../src/domain/request.js';
import { loadTasks, loadTaskSet } from '../../src/task/load-tasks.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import { taskFolder } from '../helpers/task-folder.js';

// Every field of lm-eval's task files, and what it does to the first document's requests.
const TEST = [
  { q: 'Q1?', opts: ['no', 'yes'], gold: 1, word: 'blue', many: ['red', 'blue'], n: '1' },
  { q: 'Q2?', opts: ['no', 'yes'], gold: 0, word: 'green', many: ['green'], n: '0' },
];
const TRAIN = [
  { q: 'T1?', opts: ['so', 'ja'], gold: 0, word: 'one', many: ['one', 'uno'], n: '0' },
  { q: 'T2?', opts: ['so', 'ja'], gold: 1, word: 'two', many: ['two'], n: '1' },
];
const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const HEAD =
  'dataset_path: json\ndataset_kwargs: { data_files: { train: train.jsonl, test: test.jsonl } }\ntest_split: test\n';

async function requestsOf(yaml: string, shots?: number): Promise<readonly TextRequest[]> {
  const folder = taskFolder({
    'task.yaml': HEAD + yaml,
    'test.jsonl': lines(TEST),
    'train.jsonl': lines(TRAIN),
  });
  const [task] = await loadTasks([join(folder, 'task.yaml')], { includePaths: [] });
  if (task === undefined) throw new Error('no task');
  const options = { shots: shots ?? task.defaultShots, limit: 1, seed: 1234 };
  return (await prepareWorkload(task, options)).samples.at(0)?.requests ?? [];
}

const textOf = (request: TextRequest | undefined): string =>
  request === undefined
    ? ''
    : request.kind === 'loglikelihood_rolling'
      ? request.text
      : request.kind === 'loglikelihood'
        ? `${request.context}|${request.continuation}`
        : request.context;

const CHOICE =
  'task: t\noutput_type: multiple_choice\ndoc_to_text: q\ndoc_to_choice: opts\ndoc_to_target: gold\n';
const LL = 'task: t\noutput_type: loglikelihood\ndoc_to_text: q\ndoc_to_target: word\n';
const GEN = 'task: t\noutput_type: generate_until\ndoc_to_text: q\ndoc_to_target: word\n';
const FIRST = 'fewshot_split: train\nnum_fewshot: 1\n';

test.each<[string, string, readonly string[]]>([
  ['doc_to_text: a column', LL, ['Q1?|blue']],
  [
    'doc_to_text: a template',
    LL.replace('doc_to_text: q', 'doc_to_text: "{{q}} {{word}}"'),
    ['Q1? blue|blue'],
  ],
  ['doc_to_target: no delimiter for loglikelihood', `${LL}target_delimiter: "::"`, ['Q1?|blue']],
  ['doc_to_choice: a column', CHOICE, ['Q1?| no', 'Q1?| yes']],
  ['doc_to_choice: a list', CHOICE.replace('opts', '[a, b]'), ['Q1?| a', 'Q1?| b']],
  ['doc_to_choice: a dict', CHOICE.replace('opts', '{ x: a, y: b }'), ['Q1?| a', 'Q1?| b']],
  [
    'doc_to_choice: a list printed by a template',
    CHOICE.replace('opts', '"{{[word, q]}}"'),
    ['Q1?| blue', 'Q1?| Q1?'],
  ],
  [
    'digits with choices are an index: inputs',
    'task: t\noutput_type: multiple_choice\ndoc_to_text: "{{n}}"\ndoc_to_choice: "{{[q + \' a\', q + \' b\']}}"\ndoc_to_target: word',
    ['Q1? a| blue', 'Q1? b| blue'],
  ],
  ['digits without choices stay text', LL.replace('doc_to_text: q', 'doc_to_text: "{{n}}"'), ['1|blue']],
  ['description', `${LL}description: "About {{word}}. "`, ['About blue. Q1?|blue']],
  ['target_delimiter', `${CHOICE}target_delimiter: ": "`, ['Q1?|: no', 'Q1?|: yes']],
  ['gen_prefix', `${LL}gen_prefix: "So"`, ['Q1? So|blue']],
  [
    'fewshot_split, num_fewshot and fewshot_delimiter',
    `${CHOICE}${FIRST}fewshot_config: { sampler: first_n }\nfewshot_delimiter: "##"`,
    ['T1? so##Q1?| no', 'T1? so##Q1?| yes'],
  ],
  [
    'training_split gives examples where there is no fewshot_split',
    `${CHOICE}training_split: train\nnum_fewshot: 1\nfewshot_config: { sampler: first_n }`,
    ['T1? so\n\nQ1?| no', 'T1? so\n\nQ1?| yes'],
  ],
  [
    'fewshot_config.split',
    `${CHOICE}num_fewshot: 1\nfewshot_config: { sampler: first_n, split: train }`,
    ['T1? so\n\nQ1?| no', 'T1? so\n\nQ1?| yes'],
  ],
  [
    'fewshot_config.doc_to_text and doc_to_target',
    `${LL}${FIRST}fewshot_config: { sampler: first_n, doc_to_text: word, doc_to_target: q }`,
    ['one T1?\n\nQ1?|blue'],
  ],
  [
    'fewshot_config.doc_to_choice',
    `${CHOICE}${FIRST}fewshot_config: { sampler: first_n, doc_to_choice: [P, R] }`,
    ['T1? P\n\nQ1?| no', 'T1? P\n\nQ1?| yes'],
  ],
  [
    'fewshot_config delimiters',
    `${LL}${FIRST}fewshot_config: { sampler: first_n, target_delimiter: "=", fewshot_delimiter: ";" }`,
    ['T1?=one;Q1?|blue'],
  ],
  [
    'fewshot_config.gen_prefix',
    `${LL}${FIRST}fewshot_config: { sampler: first_n, gen_prefix: "A:" }`,
    ['T1? A: one\n\nQ1?|blue'],
  ],
  [
    'fewshot_config.samples',
    `${LL}num_fewshot: 1\nfewshot_config: { sampler: first_n, samples: [{ q: S, word: s }] }`,
    ['S s\n\nQ1?|blue'],
  ],
  [
    'fewshot_config.fewshot_indices never reach the sampler',
    `${LL}${FIRST}fewshot_config: { sampler: first_n, fewshot_indices: [1] }`,
    ['T1? one\n\nQ1?|blue'],
  ],
  [
    'an example with several answers shows the first',
    `${GEN.replace('word', 'many')}${FIRST}fewshot_config: { sampler: first_n }`,
    ['T1? one\n\nQ1?'],
  ],
  ['output_type: by default generate_until', 'task: t\ndoc_to_text: q\ndoc_to_target: word', ['Q1?']],
  [
    'output_type: loglikelihood_rolling',
    'task: t\noutput_type: loglikelihood_rolling\ndoc_to_text: ""\ndoc_to_target: "{{word}}!"',
    ['blue!'],
  ],
  [
    'acc_mutual_info asks every choice without its context',
    `${CHOICE}metric_list: [{ metric: acc_mutual_info }]`,
    ['Q1?| no', 'Q1?| yes', '| no', '| yes'],
  ],
  [
    'should_decontaminate changes nothing',
    `${LL}should_decontaminate: true\ndoc_to_decontamination_query: q`,
    ['Q1?|blue'],
  ],
])('%s', async (_, yaml, expected) => {
  expect((await requestsOf(yaml)).map(textOf)).toEqual(expected);
});

test('process_docs runs over the examples too, unless fewshot_config names its own or none', async () => {
  const yaml = `${LL.replace('task: t', 'task: arithmetic_mine').replace('doc_to_text: q', 'doc_to_text: context')}${FIRST}process_docs: !function utils.process_docs\n`;
  const row = (context: string): string => JSON.stringify({ context, word: 'w' });
  const prompt = async (more: string): Promise<string> => {
    const folder = taskFolder({
      'task.yaml': HEAD + yaml + more,
      'test.jsonl': row(' Q: a\n\nA:'),
      'train.jsonl': row('Q: b\n\nA:'),
    });
    const [task] = await loadTasks([join(folder, 'task.yaml')], { includePaths: [] });
    if (task === undefined) throw new Error('no task');
    const { samples } = await prepareWorkload(task, { shots: 1, limit: 1, seed: 1 });
    return textOf(samples.at(0)?.requests[0]);
  };
  expect(await prompt('')).toBe('Question: b\nAnswer: w\n\nQuestion: a\nAnswer:|w');
  expect(await prompt('fewshot_config: { process_docs: null }')).toBe(
    'Q: b\n\nA: w\n\nQuestion: a\nAnswer:|w',
  );
});

test.each([
  ['max_gen_toks: 5, max_new_tokens: 6', 5],
  ['max_new_tokens: 6, max_tokens: 7', 6],
  ['max_tokens: 7, max_completion_tokens: 8', 7],
  ['max_completion_tokens: "8"', 8],
  ['do_sample: false', 256],
])('generation_kwargs { %s } bounds answers by %i tokens', async (kwargs, expected) => {
  const [request] = await requestsOf(`${GEN}generation_kwargs: { ${kwargs} }\nfewshot_delimiter: "@"`);
  expect(request).toMatchObject({ maxNewTokens: expected, until: ['@'] });
});

test('an empty stop, which ends answers behind one token, keeps the room that prompts are cut to', async () => {
  const [request] = await requestsOf(`${GEN}generation_kwargs: { until: ["@", ""], max_gen_toks: 6 }`);
  expect(request).toMatchObject({ maxNewTokens: 6, until: ['@', ''] });
});

test.each([
  ['use_prompt: x', /`use_prompt`: promptsource prompts are not supported/],
  ['doc_to_audio: x', /`doc_to_audio`: sound is not supported/],
  ['unsafe_code: true', /running code that a model wrote is not supported/],
  [
    'fewshot_config: { sampler: balanced }',
    /`fewshot_config.sampler` to be "default" or "first_n", got "balanced"/,
  ],
  ['repeats: many', /`repeats` to be a whole number from 0/],
  ['metric_list: [{ metric: bypass }]', /the metric bypass is not supported/],
  ['metric_list: [{ metric: acc, aggregation: bypass }]', /the aggregation bypass stands for no score/],
  ['metric_list: [{ metric: likelihood }]', /the metric likelihood is not supported/],
  ['metric_list: [{ metric: acc_all }]', /the metric acc_all is not supported/],
  ['filter_list: [{ name: x, filter: [{ function: custom }] }]', /the filter custom is not supported/],
  [
    'filter_list: [{ name: x, filter: [{ function: decontaminate }] }]',
    /the filter decontaminate is not supported/,
  ],
  [
    'filter_list: [{ name: x, filter: [{ function: take_first, k: 2 }] }]',
    /unknown option `k` of the filter take_first/,
  ],
  [
    'filter_list: [{ name: x, filter: [{ function: !function utils.Mine }] }]',
    /Expected a known function for `filter: !function utils.Mine`/,
  ],
])('%s is refused by name', async (field, message) => {
  await expect(requestsOf(CHOICE + field)).rejects.toThrow(message);
});

test.each([
  [
    'metric_list: [{ metric: rouge, hf_evaluate: true }]',
    /the metric rouge of the evaluate library .* is not supported/,
  ],
  [
    'metric_list: [{ metric: f1, hf_evaluate: true }]',
    /only exact_match, accuracy and f1 with `average: micro` are/,
  ],
  [
    'metric_list: [{ metric: exact_match, ignore_cases: true }]',
    /unknown option `ignore_cases` of exact_match; did you mean "ignore_case"\?/,
  ],
  [
    'metric_list: [{ metric: !function utils.mine }]',
    /Expected a known function for `metric: !function utils.mine`/,
  ],
])('for generated answers, %s is refused by name', async (field, message) => {
  await expect(requestsOf(GEN + field)).rejects.toThrow(message);
});

test('hf_evaluate changes nothing where lm-eval does not call the library', async () => {
  await expect(
    requestsOf(`${CHOICE}metric_list: [{ metric: acc, hf_evaluate: true }]`),
  ).resolves.toHaveLength(2);
  await expect(
    requestsOf(`${GEN}metric_list: [{ metric: exact_match, hf_evaluate: true }]`),
  ).resolves.toHaveLength(1);
});

test('a group of groups overrides fields from the outside in, and tags bring their tasks', async () => {
  const folder = taskFolder({
    'a.yaml': `${HEAD}${CHOICE.replace('task: t', 'task: a\ntag: letters')}`,
    'b.yaml': `${HEAD}${CHOICE.replace('task: t', 'task: b\ntag: letters')}num_fewshot: 1\ntraining_split: train\n`,
    'inner.yaml': 'group: inner\ntask: [letters]\ntarget_delimiter: ": "\nnum_fewshot: 2\n',
    'outer.yaml':
      'group: outer\ntask: [{ group: inner, num_fewshot: 0 }, { group: own, task: [{ task: a, task_alias: A }] }]\n',
    'test.jsonl': lines(TEST),
    'train.jsonl': lines(TRAIN),
  });
  const set = await loadTaskSet(['inner'], { includePaths: [folder] });
  expect(
    set.tasks.map(({ name, defaultShots, config }) => [name, defaultShots, config.targetDelimiter]),
  ).toEqual([
    ['a', 2, ': '],
    ['b', 2, ': '],
  ]);
  const outer = await loadTaskSet(['outer'], { includePaths: [folder] }).catch((error: unknown) => error);
  expect(String(outer)).toMatch(/Expected one definition of the task a/);
});
