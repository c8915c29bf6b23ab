import { compilePythonRegex, substitute } from '../../python/regex.js';
import { roundTo } from '../../python/number-format.js';
import { pyStr } from '../../python/repr.js';
import * as text from '../../python/text.js';
import {
  isDict,
  isFloat,
  isList,
  isNumeric,
  isTruthy,
  pyEquals,
  pyFloat,
  PyTuple,
  toNumber,
  type PyValue,
} from '../../python/value.js';
import { getItem } from './access.js';
import { applyBinary, lengthOf, order } from './operators.js';
import {
  argument,
  defined,
  iterate,
  textArgument,
  Undefined,
  type CallArguments,
  type Value,
} from './runtime.js';
import { templateError } from './template-error.js';
import { centerText, safeJson, titleWords } from './text-filters.js';

/** A filter: the value before the bar, and the arguments behind its name. */
export type Filter = (value: Value, args: CallArguments) => Value;

const DEFAULT = { index: 0, name: 'default' };

/** jinja2's filters, and lm-eval's `regex_replace`. `map`, `select` and their kin live with the evaluator. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  abs: (value) => absolute(defined(value)),
  capitalize: (value) => text.capitalize(pyStr(defined(value))),
  center: (value, args) =>
    centerText(pyStr(defined(value)), toNumber(argument(args, { index: 0, name: 'width' }, 80))),
  count: (value) => lengthOf(defined(value)),
  d: fallback,
  default: fallback,
  dictsort: (value, args) => dictSort(defined(value), args),
  e: (value) => escapeHtml(pyStr(defined(value))),
  escape: (value) => escapeHtml(pyStr(defined(value))),
  first: (value) => orUndefined(iterate(value)[0]),
  float: (value, args) => toFloat(defined(value), argument(args, DEFAULT, pyFloat(0))),
  format: (value, args) => format(pyStr(defined(value)), args),
  indent: (value, args) => indent(pyStr(defined(value)), args),
  int: (value, args) => toInt(defined(value), argument(args, DEFAULT, 0)),
  items: (value) => entriesOf(defined(value)),
  join: (value, args) => join(value, args),
  last: (value) => orUndefined(iterate(value).at(-1)),
  length: (value) => lengthOf(defined(value)),
  list: (value) => [...iterate(value)],
  lower: (value) => pyStr(defined(value)).toLowerCase(),
  max: (value, args) => extreme(iterate(value), 1, args),
  min: (value, args) => extreme(iterate(value), -1, args),
  regex_replace: (value, args) =>
    substitute(
      compilePythonRegex(textArgument(args, { index: 0, name: 'pattern' }, null)),
      pyStr(defined(value)),
      textArgument(args, { index: 1, name: 'repl' }, null),
    ),
  replace: (value, args) =>
    text.replace(pyStr(defined(value)), {
      from: textArgument(args, { index: 0, name: 'old' }, null),
      to: textArgument(args, { index: 1, name: 'new' }, null),
      count: toNumber(argument(args, { index: 2, name: 'count' }, -1)),
    }),
  reverse: (value) => reverse(defined(value)),
  round: (value, args) => round(defined(value), args),
  safe: (value) => pyStr(defined(value)),
  sort: (value, args) => sort(iterate(value), args),
  string: (value) => pyStr(defined(value)),
  sum: (value, args) => sum(iterate(value), args),
  title: (value) => titleWords(pyStr(defined(value))),
  tojson: (value, args) => {
    const spaces = argument(args, { index: 0, name: 'indent' }, null);
    return safeJson(defined(value), spaces === null ? null : toNumber(spaces));
  },
  trim: (value, args) => {
    const characters = argument(args, { index: 0, name: 'chars' }, null);
    return text.strip(pyStr(defined(value)), characters === null ? null : pyStr(characters));
  },
  unique: (value, args) =>
    unique(iterate(value), isTruthy(argument(args, { index: 0, name: 'case_sensitive' }, false))),
  upper: (value) => pyStr(defined(value)).toUpperCase(),
  wordcount: (value) => pyStr(defined(value)).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0,
};

function orUndefined(item: PyValue | undefined): Value {
  return item === undefined ? new Undefined('the sequence is empty') : item;
}

function fallback(value: Value, args: CallArguments): Value {
  const replacement = argument(args, { index: 0, name: 'default_value' }, '');
  const alsoFalse = isTruthy(argument(args, { index: 1, name: 'boolean' }, false));
  if (value instanceof Undefined) return replacement;
  return alsoFalse && !isTruthy(defined(value)) ? replacement : value;
}

function absolute(value: PyValue): PyValue {
  if (!isNumeric(value)) throw templateError('abs needs a number');
  if (typeof value === 'boolean') return Number(value);
  return toNumber(value) < 0 || Object.is(toNumber(value), -0) ? applyBinary('-', 0, value) : value;
}

function entriesOf(value: PyValue): PyValue {
  if (!isDict(value)) throw templateError('items needs a dict');
  return Object.entries(value).map((entry) => PyTuple.from(entry));
}

function dictSort(value: PyValue, args: CallArguments): PyValue {
  if (!isDict(value)) throw templateError('dictsort needs a dict');
  const caseSensitive = isTruthy(argument(args, { index: 0, name: 'case_sensitive' }, false));
  const at = textArgument(args, { index: 1, name: 'by' }, 'key') === 'value' ? 1 : 0;
  const sign = isTruthy(argument(args, { index: 2, name: 'reverse' }, false)) ? -1 : 1;
  const entries = Object.entries(value).sort(
    (a, b) => sign * order(folded(a[at] ?? null, caseSensitive), folded(b[at] ?? null, caseSensitive)),
  );
  return entries.map((entry) => PyTuple.from(entry));
}

function escapeHtml(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('>', '&gt;')
    .replaceAll('<', '&lt;')
    .replaceAll("'", '&#39;')
    .replaceAll('"', '&#34;');
}

function toFloat(value: PyValue, otherwise: PyValue): PyValue {
  if (isNumeric(value)) return pyFloat(toNumber(value));
  const trimmed = typeof value === 'string' ? text.strip(value) : '';
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed) ? pyFloat(Number(trimmed)) : otherwise;
}

function toInt(value: PyValue, otherwise: PyValue): PyValue {
  if (typeof value === 'bigint') return value;
  if (isNumeric(value)) return Number.isFinite(toNumber(value)) ? Math.trunc(toNumber(value)) + 0 : otherwise;
  const number = toFloat(value, null);
  return number === null ? otherwise : Math.trunc(toNumber(number)) + 0;
}

function indent(value: string, args: CallArguments): string {
  const width = argument(args, { index: 0, name: 'width' }, 4);
  const isFirst = isTruthy(argument(args, { index: 1, name: 'first' }, false));
  const blanks = typeof width === 'string' ? width : ' '.repeat(toNumber(width));
  const [head = '', ...rest] = value.split('\n');
  const body = rest.map((line) => (line === '' ? line : blanks + line));
  return [isFirst ? blanks + head : head, ...body].join('\n');
}

function join(value: Value, args: CallArguments): string {
  const separator = textArgument(args, { index: 0, name: 'd' }, '');
  const attribute = argument(args, { index: 1, name: 'attribute' }, null);
  const items = iterate(value).map((item) => (attribute === null ? item : defined(getItem(item, attribute))));
  return items.map(pyStr).join(separator);
}

// printf-style, with arguments in order.
function format(pattern: string, args: CallArguments): PyValue {
  if (args.named.size > 0) throw templateError('format with named arguments is not supported');
  return applyBinary('%', pattern, PyTuple.from(args.positional.map(defined)));
}

function extreme(items: readonly PyValue[], sign: 1 | -1, args: CallArguments): Value {
  const keyOf = sortKey(args, { caseSensitive: 0, attribute: 1 });
  if (items.length === 0) return new Undefined('the sequence is empty');
  return items.reduce((best, item) => (sign * order(keyOf(item), keyOf(best)) > 0 ? item : best));
}

function folded(key: PyValue, caseSensitive: boolean): PyValue {
  return typeof key === 'string' && !caseSensitive ? key.toLowerCase() : key;
}

/** What items are ordered by: themselves or an attribute, small letters unless the case is asked for. */
function sortKey(
  args: CallArguments,
  index: { readonly caseSensitive: number; readonly attribute: number },
): (item: PyValue) => PyValue {
  const caseSensitive = isTruthy(
    argument(args, { index: index.caseSensitive, name: 'case_sensitive' }, false),
  );
  const attribute = argument(args, { index: index.attribute, name: 'attribute' }, null);
  return (item) => folded(attribute === null ? item : defined(getItem(item, attribute)), caseSensitive);
}

function reverse(value: PyValue): PyValue {
  return typeof value === 'string' ? Array.from(value).reverse().join('') : [...iterate(value)].reverse();
}

function round(given: PyValue, args: CallArguments): PyValue {
  if (!isNumeric(given)) throw templateError('round needs a number');
  const value = toNumber(given);
  const digits = toNumber(argument(args, { index: 0, name: 'precision' }, 0));
  const method = textArgument(args, { index: 1, name: 'method' }, 'common');
  const scaled = value * 10 ** digits;
  if (method === 'ceil') return pyFloat(Math.ceil(scaled) / 10 ** digits);
  if (method === 'floor') return pyFloat(Math.floor(scaled) / 10 ** digits);
  if (!isFloat(given) && digits >= 0) return typeof given === 'boolean' ? Number(given) : given;
  return isFloat(given) ? pyFloat(roundTo(value, digits)) : roundTo(value, digits);
}

function sort(items: readonly PyValue[], args: CallArguments): PyValue {
  const reversed = isTruthy(argument(args, { index: 0, name: 'reverse' }, false));
  const keyOf = sortKey(args, { caseSensitive: 1, attribute: 2 });
  const sign = reversed ? -1 : 1;
  return items.toSorted((a, b) => sign * order(keyOf(a), keyOf(b)));
}

function sum(items: readonly PyValue[], args: CallArguments): PyValue {
  const attribute = argument(args, { index: 0, name: 'attribute' }, null);
  const start = argument(args, { index: 1, name: 'start' }, 0);
  return items
    .map((item) => (attribute === null ? item : defined(getItem(item, attribute))))
    .reduce((total, item) => applyBinary('+', total, item), start);
}

function unique(items: readonly PyValue[], caseSensitive: boolean): PyValue {
  const keys = items.map((item) => (typeof item === 'string' && !caseSensitive ? item.toLowerCase() : item));
  return items.filter((_, index) => keys.findIndex((key) => pyEquals(key, keys[index] ?? null)) === index);
}

/** True where the value is a list; kept beside the filters that make lists. */
export function isSequence(value: PyValue): boolean {
  return typeof value === 'string' || isList(value);
}
