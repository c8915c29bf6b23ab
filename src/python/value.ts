/**
 * Python values in JavaScript. An int is an integral number (a bigint beyond 2^53), a float is a number with a
 * fraction or a PyFloat, so that 1.0 and 1 stay apart as they do in prompts and hashes of Python tools.
 */
export type PyValue =
  null | boolean | number | bigint | string | PyFloat | PyDatetime | readonly PyValue[] | PyDict;

/** A dict with text keys, in order of insertion. */
export interface PyDict {
  readonly [key: string]: PyValue;
}

/** A float whose value a JavaScript number could not tell from an int: integral, infinite or NaN. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A datetime.datetime without a zone, as `datasets` makes from columns of ISO dates. */
export class PyDatetime {
  /** Microseconds since 1970-01-01. */
  readonly epochMicros: bigint;

  constructor(epochMicros: bigint) {
    this.epochMicros = epochMicros;
  }
}

const INDEX_KEY = /^(?:0|[1-9]\d{0,9})$/;

/**
 * A dict of entries in their order; the last of equal keys counts, at the place of the first. JavaScript moves keys that
 * look like indexes to the front, so a dict with such keys tells its order itself.
 */
export function pyDict(entries: Iterable<readonly [key: string, value: PyValue]>): PyDict {
  const list = [...entries];
  const dict = Object.fromEntries(list);
  if (!list.some(([key]) => INDEX_KEY.test(key))) return dict;
  const order = [...new Set(list.map(([key]) => key))];
  return new Proxy(dict, { ownKeys: () => order });
}

/** A tuple: a list that prints with parentheses. */
export class PyTuple extends Array<PyValue> {}

/** The keys, values or items of a dict: a list that prints with the name of its part. */
export class PyView extends Array<PyValue> {
  part = 'keys';
}

/** A Python int of that value: a JavaScript number where one holds it exactly. */
export function pyInt(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** A Python float of that value. */
export function pyFloat(value: number): number | PyFloat {
  return Number.isInteger(value) || !Number.isFinite(value) ? new PyFloat(value) : value;
}

/** True for Python's int, float and bool. */
export function isNumeric(value: unknown): value is number | bigint | boolean | PyFloat {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean' ||
    value instanceof PyFloat
  );
}

/** True for a Python float. */
export function isFloat(value: unknown): boolean {
  return value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value));
}

/** The JavaScript number of a Python number; NaN for anything else. */
export function toNumber(value: unknown): number {
  if (value instanceof PyFloat) return value.value;
  return isNumeric(value) ? Number(value) : Number.NaN;
}

/** True for a dict (not a list, a float or a date). */
export function isDict(value: unknown): value is PyDict {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof PyFloat) &&
    !(value instanceof PyDatetime)
  );
}

/** True for a list. */
export function isList(value: unknown): value is readonly PyValue[] {
  return Array.isArray(value);
}

/** Python's truth of a value. */
export function isTruthy(value: PyValue): boolean {
  if (isNumeric(value)) return toNumber(value) !== 0;
  if (typeof value === 'string' || isList(value)) return value.length > 0;
  return isDict(value) ? Object.keys(value).length > 0 : value !== null;
}

/** Python's `==`: numbers by value (True equals 1), lists and dicts by content. */
export function pyEquals(a: PyValue, b: PyValue): boolean {
  if (isNumeric(a) && isNumeric(b)) {
    return typeof a === 'bigint' && typeof b === 'bigint' ? a === b : toNumber(a) === toNumber(b);
  }
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => pyEquals(item, b[index] ?? null));
  }
  if (a instanceof PyDatetime && b instanceof PyDatetime) return a.epochMicros === b.epochMicros;
  if (isDict(a) && isDict(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && pyEquals(a[key] ?? null, b[key] ?? null))
    );
  }
  return a === b;
}

/** The name of a value's Python type, for messages. */
export function typeName(value: PyValue): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (isFloat(value)) return 'float';
  if (isNumeric(value)) return 'int';
  if (isList(value)) return 'list';
  return value instanceof PyDatetime ? 'datetime' : 'dict';
}
