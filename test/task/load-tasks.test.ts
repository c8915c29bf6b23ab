import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listTasks } from '../../src/task/list-tasks.js';
import { loadTasks, loadTaskSet } from '../../src/task/load-tasks.js';
import { choiceTask, onlyTask, ROWS, taskFolder } from '../helpers/task-folder.js';

const names = (tasks: readonly { readonly name: string }[]): string[] => tasks.map(({ name }) => name);

test('tasks are selected by name, tag, glob, file and folder, each once and in order', async () => {
  const folder = taskFolder({
    'a.yaml': choiceTask('alpha', 'tag: [greek, letters]'),
    'b.yaml': choiceTask('beta', 'tag: greek'),
    'c.yaml': choiceTask('other'),
    'rows.jsonl': ROWS,
  });
  const options = { includePaths: [folder] };
  expect(names(await loadTasks(['beta'], options))).toEqual(['beta']);
  expect(names(await loadTasks(['greek'], options))).toEqual(['alpha', 'beta']);
  expect(names(await loadTasks(['*eta', 'alpha', 'beta'], options))).toEqual(['beta', 'alpha']);
  expect(names(await loadTasks([join(folder, 'c.yaml')], { includePaths: [] }))).toEqual(['other']);
  expect(names(await loadTasks([folder], { includePaths: [] }))).toEqual(['alpha', 'beta', 'other']);
});

test('an include is merged field by field, never deeper, and the own fields win', async () => {
  const folder = taskFolder({
    base_yaml: choiceTask('base', 'metadata: { version: 1.0, note: kept }\nnum_fewshot: 2'),
    'own.yaml': 'include: base_yaml\ntask: own\nmetadata: { version: 2.0 }',
    'rows.jsonl': ROWS,
  });
  const [task] = await loadTasks([join(folder, 'own.yaml')], { includePaths: [] });
  expect(task).toMatchObject({ name: 'own', version: '2.0', defaultShots: 2 });
  expect(task?.config.metadata['note']).toBeUndefined();
});

test('an include that comes back to itself is refused', async () => {
  const folder = taskFolder({ 'a.yaml': 'include: b.yaml\ntask: a', 'b.yaml': 'include: a.yaml\ntask: b' });
  await expect(loadTasks([join(folder, 'a.yaml')], { includePaths: [] })).rejects.toThrow(
    /includes without a cycle/,
  );
});

test('a group brings its members, its overrides and its metrics', async () => {
  const group =
    'group: both\ntask: [alpha, { task: beta, num_fewshot: 3 }]\nnum_fewshot: 1\naggregate_metric_list: [{ metric: acc }]';
  const folder = taskFolder({
    'a.yaml': choiceTask('alpha'),
    'b.yaml': choiceTask('beta'),
    'g.yaml': group,
    'rows.jsonl': ROWS,
  });
  const set = await loadTaskSet(['both'], { includePaths: [folder] });
  expect(set.tasks.map(({ name, defaultShots }) => [name, defaultShots])).toEqual([
    ['alpha', 1],
    ['beta', 3],
  ]);
  expect(set.groups).toMatchObject([
    { name: 'both', tasks: ['alpha', 'beta'], metrics: [{ metric: 'acc', weightBySize: true }] },
  ]);
});

test.each([
  ['doc_to_txt: x', /unknown field `doc_to_txt`; did you mean "doc_to_text"\?/],
  [
    'fewshot_config: { smapler: first_n }',
    /unknown field `fewshot_config.smapler`; did you mean "sampler"\?/,
  ],
  ['metric_list: [{ metric: acuracy }]', /unknown metric "acuracy"/],
  ['metric_list: [{ metric: bleu }]', /the metric bleu does not go with output_type multiple_choice/],
  ['metric_list: [{ metric: acc, aggregation: maen }]', /unknown aggregation "maen"; did you mean "mean"\?/],
  [
    'filter_list: [{ name: x, filter: [{ function: regexp }] }]',
    /unknown filter "regexp"; did you mean "regex"\?/,
  ],
  [
    "filter_list: [{ name: x, filter: [{ function: regex, regex_pattern: '(' }] }]",
    /a regular expression that can be run here/,
  ],
  ['num_fewshot: -1', /`num_fewshot` to be a whole number from 0, got -1/],
  ['doc_to_image: picture', /`doc_to_image`: images are not supported/],
  ['description: "{% for %}"', /a Jinja template in `description`/],
  [
    'process_docs: !function utils.mend',
    /`process_docs: !function utils.mend`.*known are .*hellaswag\/process_docs/,
  ],
])('%s is refused by name', async (line, message) => {
  await expect(onlyTask(choiceTask('bad', line))).rejects.toThrow(message);
});

test('an output type that does not exist is refused with those that do', async () => {
  await expect(onlyTask(choiceTask('bad').replace('multiple_choice', 'essay'))).rejects.toThrow(
    /`output_type` to be one of loglikelihood, .* got "essay"/,
  );
});

test('all faults of a file are named at once, with the file', async () => {
  await expect(onlyTask(choiceTask('bad', 'shots: 3\nrepeats: many'))).rejects.toThrow(
    /task\.yaml: unknown field `shots`; expected `repeats` to be a whole number/,
  );
});

test('a missing data file is named with the paths that were tried', async () => {
  const folder = taskFolder({ 'a.yaml': choiceTask('alpha') });
  await expect(loadTasks([join(folder, 'a.yaml')], { includePaths: [] })).rejects.toThrow(
    `the data file "rows.jsonl" of ${join(folder, 'a.yaml')} to exist; tried ${join(folder, 'rows.jsonl')} and ${join(process.cwd(), 'rows.jsonl')}`,
  );
});

test('data that only a hub has are refused, with what to do', async () => {
  await expect(
    onlyTask(choiceTask('far').replace('dataset_path: json', 'dataset_path: org/set')),
  ).rejects.toThrow(
    /Expected the data set org\/set \(revision main\) in .* since HF_HUB_OFFLINE is set, .* or use local files/,
  );
});

test('an unknown selector is refused with the nearest name', async () => {
  const folder = taskFolder({ 'a.yaml': choiceTask('alpha'), 'rows.jsonl': ROWS });
  await expect(loadTasks(['alhpa'], { includePaths: [folder] })).rejects.toThrow(
    /got "alhpa"; known are alpha; did you mean "alpha"\?/,
  );
  await expect(loadTasks(['x'], { includePaths: [join(folder, 'nowhere')] })).rejects.toThrow(
    /a folder of task files/,
  );
});

test('two definitions of one task are refused', async () => {
  const folder = taskFolder({
    'a.yaml': choiceTask('alpha'),
    'b.yaml': choiceTask('alpha', 'num_fewshot: 1'),
    'rows.jsonl': ROWS,
  });
  await expect(
    loadTasks([join(folder, 'a.yaml'), join(folder, 'b.yaml')], { includePaths: [] }),
  ).rejects.toThrow(/one definition of the task alpha/);
});

test('a listing tells for every file whether it runs and why not', async () => {
  const folder = taskFolder({
    'a.yaml': choiceTask('alpha'),
    'b.yaml': choiceTask('beta', 'colour: red'),
    'c.yaml': '{ broken: [',
    'g.yaml': 'group: all\ntask: [alpha]',
    'h.yaml': 'group: some\ntask: [all, { group: inner, task: [beta] }]',
    'i.yaml': 'group: none\ntask: [nowhere]',
    'rows.jsonl': ROWS,
  });
  const rows = await listTasks([folder]);
  expect(rows.map(({ name, kind, nSamples }) => [name, kind, nSamples])).toEqual([
    ['alpha', 'task', 6],
    ['beta', 'task', null],
    [null, 'unreadable', null],
    ['all', 'group', null],
    ['some', 'group', null],
    ['none', 'group', null],
  ]);
  expect(rows.map(({ problem }) => problem)).toEqual([
    null,
    expect.stringContaining('unknown field `colour`'),
    expect.stringContaining('Expected YAML in'),
    null,
    expect.stringMatching(/^its member beta does not run: .*unknown field `colour`/),
    'its member nowhere is not known here',
  ]);
});

test('the digest changes with the data and with the fields, not with the place', async () => {
  const first = await onlyTask(choiceTask('alpha'));
  const again = await onlyTask(choiceTask('alpha'));
  const otherData = await onlyTask(
    choiceTask('alpha'),
    `${ROWS}\n${JSON.stringify({ q: 'x', options: ['a', 'b'], gold: 0 })}`,
  );
  const otherField = await onlyTask(choiceTask('alpha', 'target_delimiter: ""'));
  expect(again.digest).toBe(first.digest);
  expect(new Set([first.digest, otherData.digest, otherField.digest]).size).toBe(3);
});

test('YAML is read as PyYAML reads it', async () => {
  const task = await onlyTask(
    choiceTask('alpha', 'metadata: { a: yes, b: n, c: 1e3, d: 1.0, e: 010, f: ~, g: "on", a: No }'),
  );
  expect(task.config.metadata).toMatchObject({ a: false, b: 'n', c: '1e3', e: 8, f: null, g: 'on' });
});
