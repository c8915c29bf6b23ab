import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isList, type PyDict, type PyValue } from '../../../src/python/value.js';
import { FunctionRef } from '../../../src/task/function-ref.js';
import { findHook } from '../../../src/task/hooks/find-hook.js';
import type { HookKind, HookKinds, HookResult } from '../../../src/task/hooks/hook.js';
import { isEquivalentTex } from '../../../src/task/hooks/tex-answer.js';
import { readGolden } from '../../helpers/lm-eval-golden.js';

interface Given {
  readonly doc: PyDict;
  readonly docs: readonly PyDict[];
  readonly results: readonly HookResult[];
  readonly items: readonly (readonly unknown[])[];
  readonly prediction: PyValue;
  readonly reference: PyValue;
  readonly answers: readonly PyValue[];
  readonly options: PyDict;
}

interface Golden {
  readonly cases: readonly {
    readonly family: string;
    readonly kind: HookKind;
    readonly text: string;
    readonly answers: readonly { readonly given: Given; readonly expected: unknown }[];
  }[];
  readonly tex: readonly { readonly a: string; readonly b: string; readonly expected: boolean }[];
}

const FILE = join(import.meta.dirname, '../../fixtures/task/hooks.json.gz');
const { cases, tex } = readGolden(FILE) as Golden;

// Numbers that JSON does not know are texts in the goldens.
const SPECIAL = new Map<unknown, number>([
  ['nan', Number.NaN],
  ['inf', Infinity],
  ['-inf', -Infinity],
]);

function numberOf(value: unknown): unknown {
  return SPECIAL.get(value) ?? value;
}

function answerTo(hooks: HookKinds, kind: HookKind, given: Given): unknown {
  switch (kind) {
    case 'process_docs':
      return hooks.process_docs(given.docs);
    case 'process_results':
      return hooks.process_results(given.doc, given.results);
    case 'aggregation':
      return hooks.aggregation(
        given.items.map((values) => ({ kind: 'values', values: values.map(numberOf) })),
      );
    case 'metric':
      return hooks.metric(given.prediction, given.reference);
    case 'filter':
      return hooks.filter(given.answers, given.doc, given.options);
    case 'samples':
      return hooks.samples();
    case 'doc_to_text':
    case 'doc_to_target':
    case 'doc_to_choice':
    case 'golds':
      return hooks[kind](given.doc);
  }
}

/** The same value with floats to nine digits, raw scores as plain lists, booleans of scores as numbers. */
function comparable(value: unknown, isScore: boolean): unknown {
  const plain = numberOf(value);
  if (typeof plain === 'boolean' && isScore) return Number(plain);
  if (typeof plain === 'number') return Number.isFinite(plain) ? Number(plain.toFixed(9)) + 0 : String(plain);
  if (isList(plain)) return plain.map((item) => comparable(item, isScore));
  if (typeof plain !== 'object' || plain === null) return plain;
  if ('values' in plain) return comparable(plain.values, isScore);
  return Object.fromEntries(Object.entries(plain).map(([key, item]) => [key, comparable(item, isScore)]));
}

const SCORES: readonly HookKind[] = ['process_results', 'aggregation', 'metric'];

test.each(cases.map((one) => [`${one.family}/${one.text}`, one] as const))(
  '%s answers as the function of lm-eval',
  (_, { family, kind, text, answers }) => {
    const ref = new FunctionRef(text, `/tasks/${family}/task.yaml`);
    const hook = findHook(kind, ref, 'task');
    const isScore = SCORES.includes(kind);
    expect(answers.length).toBeGreaterThan(0);
    for (const { given, expected } of answers) {
      const answer = answerTo({ [kind]: hook } as unknown as HookKinds, kind, given);
      expect(comparable(answer, isScore), JSON.stringify(given)).toEqual(comparable(expected, isScore));
    }
  },
);

test('answers in TeX are equal where those of the MATH data set are', () => {
  expect(tex.map(({ a, b }) => isEquivalentTex(a, b))).toEqual(tex.map(({ expected }) => expected));
});

test('a function is found by the folder of its file or the start of its task, else refused', () => {
  expect(
    findHook('doc_to_text', new FunctionRef('x.doc_to_text', '/mine/t.yaml'), 'winogrande_xl'),
  ).toBeTypeOf('function');
  expect(() => findHook('doc_to_text', new FunctionRef('x.doc_to_text', '/mine/t.yaml'), 'other')).toThrow(
    /known are .*winogrande\/doc_to_text/,
  );
});

test('a function that belongs to another folder of the same name is not mistaken for it', () => {
  const prompt = (folder: string): unknown =>
    findHook('doc_to_text', new FunctionRef('utils.doc_to_text', `/tasks/${folder}/t.yaml`), 'task');
  expect(prompt('leaderboard/mmlu_pro')).not.toBe(prompt('mmlu_pro'));
  expect(() =>
    findHook('process_docs', new FunctionRef('utils.process_docs', '/tasks/gpqa/n_shot/t.yaml'), 'task'),
  ).toThrow(/cannot be given here: it shuffles/);
});
