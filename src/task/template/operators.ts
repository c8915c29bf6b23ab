import { codePointLength } from '../../python/text.js';
import {
  isDict,
  isFloat,
  isList,
  isNumeric,
  pyEquals,
  pyFloat,
  pyInt,
  toNumber,
  typeName,
  type PyValue,
} from '../../python/value.js';
import { formatPercent } from './format-text.js';
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
  const a = toNumber(left);
  const b = toNumber(right);
  const isInt = !isFloat(left) && !isFloat(right) && operator !== '/' && !(operator === '**' && b < 0);
  if (b === 0 && /^(?:\/|%)/.test(operator)) throw templateError('division by zero');
  const value = compute(operator, a, b);
  if (!isInt) return pyFloat(value);
  const areSafe = Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(value);
  return areSafe ? value + 0 : bigArithmetic(operator, wholeOf(left), wholeOf(right));
}

function wholeOf(value: PyValue): bigint {
  return typeof value === 'bigint' ? value : BigInt(toNumber(value));
}

const MAX_BITS = 100_000;

// Ints of any size, with Python's rounding down.
function bigArithmetic(operator: BinaryOperator, a: bigint, b: bigint): PyValue {
  switch (operator) {
    case '+':
      return pyInt(a + b);
    case '-':
      return pyInt(a - b);
    case '*':
      return pyInt(a * b);
    case '//':
      return pyInt((a - floorRest(a, b)) / b);
    case '%':
      return pyInt(floorRest(a, b));
    case '**':
    case '/':
      if (BigInt(a.toString(2).length) * b > MAX_BITS) throw templateError('a power is too large');
      return pyInt(a ** b);
  }
}

function floorRest(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
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
      return floorDivide(a, b);
    case '%':
      return floorModulo(a, b);
    case '**':
      return a ** b;
  }
}

// As CPython's float_rem and float_floor_div.
function floorModulo(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

function floorDivide(a: number, b: number): number {
  const quotient = (a - floorModulo(a, b)) / b;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
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
