import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PyDict } from '../../../src/python/value.js';
import { FunctionRef } from '../../../src/task/function-ref.js';
import { findHook } from '../../../src/task/hooks/find-hook.js';
import type { HookKind } from '../../../src/task/hooks/hook.js';
import { isEquivalentTex } from '../../../src/task/hooks/tex-answer.js';

interface Golden {
  readonly cases: readonly {
    readonly family: string;
    readonly kind: HookKind;
    readonly name: string;
    readonly doc: PyDict & readonly PyDict[];
    readonly expected: unknown;
  }[];
  readonly tex: readonly { readonly a: string; readonly b: string; readonly expected: boolean }[];
}

const FILE = join(import.meta.dirname, '../../fixtures/task/hooks.json');
const { cases, tex } = JSON.parse(readFileSync(FILE, 'utf8')) as Golden;

test.each(cases.map((one) => [`${one.family}/${one.name}`, one] as const))(
  '%s answers as the function of lm-eval',
  (_, one) => {
    const hook = findHook(
      one.kind,
      new FunctionRef(`utils.${one.name}`, `/tasks/${one.family}/task.yaml`),
      'task',
    );
    expect((hook as (doc: unknown) => unknown)(one.doc)).toEqual(one.expected);
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
    /known are winogrande\/doc_to_text/,
  );
});
