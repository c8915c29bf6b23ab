import { expect, test } from 'vitest';
import { JournalError, SweepError, TrialError } from '../../src/errors.js';
import { PythonRandom } from '../../src/python/random.js';
import type { PyDict } from '../../src/python/value.js';
import { renderTemplate } from '../../src/task/template/template.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import { choiceTask, onlyTask, ROWS } from '../helpers/task-folder.js';

const PIECES = [
  '{{',
  '}}',
  '{%',
  '%}',
  'q',
  ' if ',
  'for x in q',
  'endfor',
  '|',
  'join',
  '(',
  ')',
  '[0]',
  '.strip()',
  "'é'",
  '"',
  '\\',
  '🎉',
  '1',
  '-',
  ':',
  '\n',
  ' ',
  '~',
  '*',
  '1e9',
  'range(9)',
];
const YAML = [
  'null',
  '[]',
  '{}',
  '-1',
  '1e999',
  '"\\ud800"',
  '!function a.b',
  '{{',
  '*x',
  '&a [*a]',
  '|',
  'yes',
  '0x',
  '~',
  "'",
  '2024-01-01',
  '[[[[]]]]',
  '"{% for %}"',
];
const VALUES = [
  null,
  true,
  -1,
  2 ** 60,
  '',
  '\u0000',
  '\ud83c\udf89',
  'x'.repeat(10_000),
  [],
  [[[]]],
  { a: { b: null } },
  ['', 0, null],
];

/** True for an error that speaks to the user in a sentence. */
function isSentence(error: unknown): boolean {
  const isOurs = error instanceof SweepError || error instanceof TrialError || error instanceof JournalError;
  return isOurs && error.message.length > 10 && !error.message.includes('undefined is not');
}

test('random templates render or are refused in a sentence', () => {
  const random = new PythonRandom(5);
  for (let i = 0; i < 3000; i += 1) {
    const source = `{{ q${random.choices(PIECES, random.below(12)).join('')}`;
    const document: PyDict = { q: 'text' };
    try {
      expect(typeof renderTemplate(source, document)).toBe('string');
    } catch (error) {
      expect(isSentence(error) || error instanceof SyntaxError, `${source}: ${String(error)}`).toBe(true);
    }
  }
});

test('random changes of a task file and of its rows give a workload or a sentence', async () => {
  const random = new PythonRandom(6);
  const lines = choiceTask(
    'fuzzed',
    'fewshot_split: test\ndescription: "x"\nmetric_list: [{ metric: acc }]',
  ).split('\n');
  for (let i = 0; i < 150; i += 1) {
    const at = random.below(lines.length);
    const name = lines[at]?.split(':')[0] ?? '';
    const yaml = [...lines];
    if (i % 2 === 0) yaml[at] = `${name}: ${random.choices(YAML, 1)[0] ?? ''}`;
    const row = {
      q: 'x',
      options: ['a', 'b'],
      gold: 0,
      [['q', 'options', 'gold'][random.below(3)] ?? 'q']: VALUES[random.below(VALUES.length)],
    };
    const rows = i % 3 === 0 ? ROWS : `${ROWS}\n${JSON.stringify(row)}`;
    try {
      const workload = await prepareWorkload(await onlyTask(yaml.join('\n'), rows), {
        shots: i % 3,
        limit: null,
        seed: i,
      });
      expect(workload.samples.length).toBeGreaterThan(0);
    } catch (error) {
      expect(
        isSentence(error),
        `${yaml[at] ?? ''} ${JSON.stringify(row).slice(0, 80)}: ${String(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}`,
      ).toBe(true);
    }
  }
});

test.each([
  ['nested blocks', '{% if q %}'.repeat(3000) + '{% endif %}'.repeat(3000)],
  ['nested brackets', `{{${'('.repeat(20_000)}q${')'.repeat(20_000)}}}`],
  ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
  ['a loop in a loop', '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}'],
  ['a long repetition', '{{ q * 99999999999 }}'],
  ['a large power', '{{ 7**99999 }}'],
  ['a wide format', "{{ '%999999999d' % 5 }}"],
  ['many digits', "{{ '%.999999999f' % 5.5 }}"],
])('a template with %s is refused in a sentence', (_, template) => {
  expect(() => renderTemplate(template, { q: 'q' })).toThrow(SweepError);
});

test.each([
  ['lists in lists', `metadata: ${'['.repeat(20_000)}`, /too deep in one another/],
  ['a list in itself', 'metadata: &a [*a]', /too deep in one another, or in themselves/],
  [
    'aliases of aliases',
    `metadata:\n  a: &a [x]\n  b: &b [${'*a,'.repeat(99)}]\n  c: [${'*b,'.repeat(99)}]`,
    /aliases that stand for too many copies/,
  ],
])('a task file with %s is refused in plain words', async (_, metadata, expected) => {
  await expect(onlyTask(choiceTask('deep', metadata))).rejects.toThrow(expected);
});

test('rounding far from the point takes no time', () => {
  expect(renderTemplate('{{ 5.5|round(999999999) }} {{ 5.5|round(-999999999) }}', { q: 'q' })).toBe(
    '5.5 0.0',
  );
});
