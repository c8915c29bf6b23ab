import { pyStr } from '../../python/repr.js';
import {
  isDict,
  isFloat,
  isList,
  isNumeric,
  PyDatetime,
  PyTuple,
  toNumber,
  typeName,
  type PyValue,
} from '../../python/value.js';
import { dictMethod } from './dict-methods.js';
import { listMethod } from './list-methods.js';
import { Namespace, Undefined, defined, type Value } from './runtime.js';
import { stringMethod } from './string-methods.js';
import { templateError } from './template-error.js';

/** `object.name`: an attribute (a method) first, then an item, as jinja2 looks it up. */
export function getAttribute(object: Value, name: string): Value {
  if (object instanceof Namespace) {
    const value = object.attributes.get(name);
    return value === undefined ? missing('namespace', name) : value;
  }
  const data = defined(object);
  const method = findMethod(data, name);
  if (method !== undefined) return method;
  const value = findKey(data, name);
  return value === undefined ? missing(typeName(data), name) : value;
}

/** `object[key]`: an item first, then an attribute. */
export function getItem(object: Value, key: PyValue): Value {
  const data = defined(object);
  if (typeof key === 'string') {
    const value = findKey(data, key);
    return value === undefined ? (findMethod(data, key) ?? missing(typeName(data), key)) : value;
  }
  if (!isNumeric(key) || isFloat(key) || (typeof data !== 'string' && !isList(data)))
    return missing(typeName(data), pyStr(key));
  const items = typeof data === 'string' ? Array.from(data) : data;
  const index = toNumber(key);
  const found = items[index < 0 ? items.length + index : index];
  return found === undefined ? new Undefined(`${typeName(data)} has no element ${index}`) : found;
}

function findKey(data: PyValue, name: string): Value | undefined {
  return isDict(data) && Object.hasOwn(data, name) ? data[name] : undefined;
}

function findMethod(data: PyValue, name: string): Value | undefined {
  if (typeof data === 'string') return stringMethod(data, name);
  if (isList(data)) return listMethod(data, name);
  if (data instanceof PyDatetime) return dateParts(data)[name];
  return isDict(data) ? dictMethod(data, name) : undefined;
}

// The numbers of a datetime.
function dateParts({ epochMicros }: PyDatetime): Readonly<Record<string, number>> {
  const micros = ((epochMicros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const date = new Date(Number((epochMicros - micros) / 1000n));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: Number(micros),
  };
}

function missing(type: string, name: string): Undefined {
  return new Undefined(`the ${type} has no attribute or key ${JSON.stringify(name)}`);
}

/** `object[start:stop:step]` of text and lists. */
export function getSlice(object: Value, bounds: readonly (PyValue | undefined)[]): PyValue {
  const data = defined(object);
  const items = typeof data === 'string' ? Array.from(data) : data;
  if (!isList(items)) throw templateError(`a ${typeName(data)} cannot be sliced`);
  const picked = sliceIndexes(items.length, bounds).map((index) => items[index] ?? null);
  if (typeof data === 'string') return picked.map(pyStr).join('');
  return data instanceof PyTuple ? PyTuple.from(picked) : picked;
}

function sliceBound(bound: PyValue): number {
  if (isNumeric(bound) && !isFloat(bound)) return toNumber(bound);
  throw templateError(`slice bounds must be integers, got ${typeName(bound)}`);
}

function sliceIndexes(length: number, bounds: readonly (PyValue | undefined)[]): number[] {
  const [start, stop, stepValue] = bounds.map((bound) =>
    bound === undefined || bound === null ? null : sliceBound(bound),
  );
  const step = stepValue ?? 1;
  if (step === 0) throw templateError('a slice step cannot be zero');
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + length : bound, low), high);
  const from = start === null || start === undefined ? (step > 0 ? low : high) : clamp(start);
  const to = stop === null || stop === undefined ? (step > 0 ? high : low) : clamp(stop);
  const indexes: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) indexes.push(i);
  return indexes;
}
