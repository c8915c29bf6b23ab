import { isTruthy, typeName, type PyValue } from '../../python/value.js';
import { templateError } from './template-error.js';

/** jinja2's StrictUndefined: may be tested with `is defined` and given to `default`, anything else is an error. */
export class Undefined {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Arguments of a call: in order, and by name. */
export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** A method, macro or global function. */
export class Callable {
  readonly name: string;
  readonly call: (args: CallArguments) => Value;

  constructor(name: string, call: (args: CallArguments) => Value) {
    this.name = name;
    this.call = call;
  }
}

/** What `namespace()` makes: attributes that `{% set ns.x = ... %}` may change from inside a loop. */
export class Namespace {
  readonly attributes = new Map<string, Value>();
}

export type Value = PyValue | Undefined | Callable | Namespace;

/** The value as data; an undefined value or a function is an error. */
export function defined(value: Value): PyValue {
  if (value instanceof Undefined) throw templateError(value.message);
  if (value instanceof Callable) throw templateError(`the function ${value.name} is used as a value`);
  if (value instanceof Namespace) throw templateError('a namespace is used as a value');
  return value;
}

/** Truth of a value; undefined is an error. */
export function truthOf(value: Value): boolean {
  if (value instanceof Callable || value instanceof Namespace) return true;
  return isTruthy(defined(value));
}

/** The n-th argument of a call, or the one with that name, or the fallback. */
export function argument(
  args: CallArguments,
  at: { readonly index: number; readonly name: string },
  fallback: PyValue,
): PyValue {
  const value = at.index < args.positional.length ? args.positional[at.index] : args.named.get(at.name);
  return value === undefined ? fallback : defined(value);
}

/** The same, and it must be a text. */
export function textArgument(
  args: CallArguments,
  at: { readonly index: number; readonly name: string },
  fallback: string | null,
): string {
  const value = argument(args, at, fallback);
  if (typeof value === 'string') return value;
  throw templateError(`expected a text for the argument ${at.name}, got ${typeName(value)}`);
}

/** The items that a loop over the value meets. */
export function iterate(value: Value): readonly PyValue[] {
  const data = defined(value);
  if (typeof data === 'string') return Array.from(data);
  if (Array.isArray(data)) return data as readonly PyValue[];
  if (typeName(data) === 'dict') return Object.keys(data as object);
  throw templateError(`${typeName(data)} is not iterable`);
}
