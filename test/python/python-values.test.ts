import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SweepError } from '../../src/errors.js';
import { literalEval } from '../../src/python/literal.js';
import { numpyText } from '../../src/python/numpy-text.js';
import { floatRepr, pyRepr } from '../../src/python/repr.js';
import { caseFold } from '../../src/python/text.js';
import { isFloat, PyTuple, pyFloat, toNumber, type PyDict, type PyValue } from '../../src/python/value.js';
import { arrowText } from '../../src/task/data/cast-columns.js';
import { decodeLoose } from '../../src/task/data/loose-values.js';
import { pandasFloat } from '../../src/task/data/pandas-float.js';
import { formatPercent } from '../../src/task/template/format-text.js';
import { parseYaml } from '../../src/task/yaml/parse-yaml.js';
import { readGolden } from '../helpers/lm-eval-golden.js';

/** What Python and its libraries make of odd texts and numbers (test/oracles/python_values.py). */
const golden = readGolden(join(import.meta.dirname, '../fixtures/python-values.json.gz')) as {
  readonly [
    part in 'literals' | 'decimals' | 'arrowTexts' | 'mixedTexts' | 'caseFolded'
  ]: readonly (readonly [string, string | null])[];
} & {
  readonly documents: readonly (readonly [string, unknown])[];
  readonly arrays: readonly (readonly [number[], string])[];
  readonly formatted: readonly (readonly [string, readonly unknown[], string | null])[];
};

function orNull<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof SweepError) return null;
    throw error;
  }
}

// Complex numbers, bytes, sets and dicts whose keys are no text are refused here.
const ONLY_PYTHON = /^\{\d|[{[( ]\d+: |\{['"\d[(][^:]*\}|(?<!\w)\d+j/;

test('literals are read as ast.literal_eval reads them', () => {
  const cases = golden.literals.filter(([, repr]) => repr === null || !ONLY_PYTHON.test(repr));
  const read = cases.map(([source]) => [source, orNull(() => pyRepr(literalEval(source)))]);
  expect(read).toEqual(cases);
});

function tagged(value: PyValue): unknown {
  if (Array.isArray(value)) return value.map(tagged);
  if (isFloat(value)) return { float: floatRepr(toNumber(value)) };
  if (typeof value === 'number' || typeof value === 'bigint') return { int: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  return { dict: Object.entries(value as PyDict).map(([key, item]) => [key, tagged(item)]) };
}

test('task files are read as PyYAML reads them', () => {
  const read = golden.documents.map(([source]) => [
    source,
    tagged(parseYaml(source, 'task.yaml') as PyValue),
  ]);
  expect(read).toEqual(golden.documents);
});

test('decimals in CSV files are read to the last digit of pandas', () => {
  const read = golden.decimals.map(([text]) => [text, floatRepr(pandasFloat(text))]);
  expect(read).toEqual(golden.decimals);
});

test('arrays print as in numpy', () => {
  expect(golden.arrays.map(([values]) => [values, numpyText(values)])).toEqual(golden.arrays);
});

test('floats become text as in pyarrow', () => {
  const written = golden.arrowTexts.map(([number]) => [number, arrowText(Number(number))]);
  expect(written).toEqual(golden.arrowTexts);
});

function untagged(value: unknown): PyValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value as PyValue;
  const [[type, text] = ['', '']] = Object.entries(value as Record<string, string>);
  if (type === 'float') return pyFloat(Number(text));
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}

test('the operator % of text formats as in Python', () => {
  const written = golden.formatted.map(([format, values]) => [
    format,
    values,
    orNull(() => formatPercent(format, PyTuple.from(values.map(untagged)))),
  ]);
  expect(written).toEqual(golden.formatted);
});

test('texts in columns of mixed kinds come back as the JSON that they are', () => {
  for (const [text, repr] of golden.mixedTexts)
    expect([text, pyRepr(decodeLoose(text))]).toEqual([text, repr ?? pyRepr(text)]);
});

test('case is folded as in Python', () => {
  expect(golden.caseFolded.map(([text]) => [text, caseFold(text)])).toEqual(golden.caseFolded);
});
