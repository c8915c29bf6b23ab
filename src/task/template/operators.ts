import { pyRepr, pyStr } from '../../python/repr.js';
import { codePointLength } from '../../python/text.js';
import {
  isDict,
  isFloat,
  isList,
  isNumeric,
  pyEquals,
  pyFloat,
  PyTuple,
  toNumber,
  typeName,
  type PyValue,
} from '../../python/value.js';
import type { BinaryOperator, CompareOperator } from './nodes.js';
import { templateError } from './template-error.js';

/** Python's binary operators over numbers, text and lists. */
export function applyBinary(operator: BinaryOperator, left: PyValue, right: PyValue): PyValue {
  if (isNumeric(left) && isNumeric(right)) return arithmetic(operator, left, right);
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (operator === '+' && isList(left) && isList(right)) return [...left, ...right];
  if (operator === '*' && (typeof left === 'string' || isList(left)) && isNumeric(right))
    return repeat(left, right);
  if (operator === '*' && (typeof right === 'string' || isList(right)) && isNumeric(left))
    return repeat(right, left);
  if (operator === '%' && typeof left === 'string') return formatPercent(left, right);
  throw templateError(`unsupported operand types for ${operator}: ${typeName(left)} and ${typeName(right)}`);
}

function repeat(value: string | readonly PyValue[], times: PyValue): PyValue {
  const count = Math.max(0, toNumber(times));
  if (count * value.length > 10_000_000) throw templateError('a repetition makes more than 10 million items');
  return typeof value === 'string' ? value.repeat(count) : Array.from({ length: count }, () => value).flat();
}

function arithmetic(operator: BinaryOperator, left: PyValue, right: PyValue): PyValue {
  if (typeof left === 'bigint' || typeof right === 'bigint') return bigArithmetic(operator, left, right);
  const a = toNumber(left);
  const b = toNumber(right);
  const isInt = !isFloat(left) && !isFloat(right);
  if (b === 0 && /^(?:\/|%)/.test(operator)) throw templateError('division by zero');
  const value = compute(operator, a, b);
  return isInt && operator !== '/' && !(operator === '**' && b < 0) ? value : pyFloat(value);
}

function bigArithmetic(operator: BinaryOperator, left: PyValue, right: PyValue): PyValue {
  if (isFloat(left) || isFloat(right) || operator === '/')
    return pyFloat(compute(operator, toNumber(left), toNumber(right)));
  const [a, b] = [BigInt(toNumber(left)), BigInt(toNumber(right))];
  const exact = { '+': () => a + b, '-': () => a - b, '*': () => a * b }[operator as '+' | '-' | '*'];
  if (exact === undefined)
    throw templateError(`the operator ${operator} is not supported for numbers beyond 2^53`);
  return exact();
}

function compute(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return a - b * Math.floor(a / b);
    case '**':
      return a ** b;
  }
}

// The conversions that templates use: %s %r %d %i %f %.2f %05d %%.
function formatPercent(format: string, values: PyValue): string {
  const queue = values instanceof PyTuple ? [...values] : [values];
  return format.replace(
    /%([-0 +]*)(\d*)(?:\.(\d+))?([srdif%])/g,
    (_, flags: string, width: string, digits: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      if (queue.length === 0) throw templateError('not enough arguments for the format text');
      const text = formatOne(queue.shift() ?? null, kind, digits);
      if (flags.includes('-')) return text.padEnd(Number(width));
      return text.padStart(Number(width), flags.includes('0') && /[dif]/.test(kind) ? '0' : ' ');
    },
  );
}

function formatOne(value: PyValue, kind: string, digits: string | undefined): string {
  if (kind === 's') return pyStr(value).slice(0, digits === undefined ? undefined : Number(digits));
  if (kind === 'r') return pyRepr(value);
  if (!isNumeric(value)) throw templateError(`%${kind} needs a number, got ${typeName(value)}`);
  return kind === 'f'
    ? toNumber(value).toFixed(Number(digits ?? '6'))
    : Math.trunc(toNumber(value)).toFixed(0);
}

/** Python's comparisons. */
export function applyCompare(operator: CompareOperator, left: PyValue, right: PyValue): boolean {
  switch (operator) {
    case '==':
      return pyEquals(left, right);
    case '!=':
      return !pyEquals(left, right);
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
    case '<':
      return order(left, right) < 0;
    case '<=':
      return order(left, right) <= 0;
    case '>':
      return order(left, right) > 0;
    case '>=':
      return order(left, right) >= 0;
  }
}

function contains(container: PyValue, item: PyValue): boolean {
  if (typeof container === 'string') {
    if (typeof item !== 'string') throw templateError(`'in <string>' requires text, got ${typeName(item)}`);
    return container.includes(item);
  }
  if (isList(container)) return container.some((member) => pyEquals(member, item));
  if (isDict(container)) return typeof item === 'string' && Object.hasOwn(container, item);
  throw templateError(`${typeName(container)} is not a container`);
}

/** Negative, zero or positive as Python orders two values; NaN where a number is NaN. */
export function order(left: PyValue, right: PyValue): number {
  if (isNumeric(left) && isNumeric(right)) return toNumber(left) - toNumber(right);
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (isList(left) && isList(right)) return orderLists(left, right);
  throw templateError(`${typeName(left)} and ${typeName(right)} cannot be ordered`);
}

function orderLists(left: readonly PyValue[], right: readonly PyValue[]): number {
  const index = left.findIndex((item, at) => at >= right.length || !pyEquals(item, right[at] ?? null));
  if (index === -1 || index >= right.length) return left.length - right.length;
  return order(left[index] ?? null, right[index] ?? null);
}

/** Python orders text by code point. */
export function compareText(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  const index = a.findIndex((character, at) => character !== b[at]);
  if (index === -1) return a.length - b.length;
  return (a[index]?.codePointAt(0) ?? -1) - (b[index]?.codePointAt(0) ?? -1);
}

/** Python's len(). */
export function lengthOf(value: PyValue): number {
  if (typeof value === 'string') return codePointLength(value);
  if (isList(value)) return value.length;
  if (isDict(value)) return Object.keys(value).length;
  throw templateError(`${typeName(value)} has no length`);
}
