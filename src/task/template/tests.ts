import { pyStr } from '../../python/repr.js';
import { isDict, isFloat, isList, isNumeric, toNumber } from '../../python/value.js';
import { isSequence } from './filters.js';
import { applyCompare } from './operators.js';
import { argument, Callable, defined, Undefined, type CallArguments, type Value } from './runtime.js';

const FIRST = { index: 0, name: 'other' };

/** jinja2's tests: what may stand behind `is`. */
export const TESTS: Readonly<Record<string, (value: Value, args: CallArguments) => boolean>> = {
  boolean: (value) => typeof defined(value) === 'boolean',
  callable: (value) => value instanceof Callable,
  defined: (value) => !(value instanceof Undefined),
  divisibleby: (value, args) => toNumber(defined(value)) % toNumber(argument(args, FIRST, 1)) === 0,
  eq: (value, args) => applyCompare('==', defined(value), argument(args, FIRST, null)),
  equalto: (value, args) => applyCompare('==', defined(value), argument(args, FIRST, null)),
  even: (value) => toNumber(defined(value)) % 2 === 0,
  false: (value) => defined(value) === false,
  float: (value) => isFloat(defined(value)),
  ge: (value, args) => applyCompare('>=', defined(value), argument(args, FIRST, null)),
  greaterthan: (value, args) => applyCompare('>', defined(value), argument(args, FIRST, null)),
  gt: (value, args) => applyCompare('>', defined(value), argument(args, FIRST, null)),
  in: (value, args) => applyCompare('in', defined(value), argument(args, FIRST, null)),
  integer: (value) => {
    const data = defined(value);
    return isNumeric(data) && !isFloat(data) && typeof data !== 'boolean';
  },
  iterable: (value) => isSequence(defined(value)) || isDict(value),
  le: (value, args) => applyCompare('<=', defined(value), argument(args, FIRST, null)),
  lessthan: (value, args) => applyCompare('<', defined(value), argument(args, FIRST, null)),
  lower: (value) => /\p{Ll}/u.test(pyStr(defined(value))) && !/\p{Lu}/u.test(pyStr(defined(value))),
  lt: (value, args) => applyCompare('<', defined(value), argument(args, FIRST, null)),
  mapping: (value) => isDict(defined(value)),
  ne: (value, args) => applyCompare('!=', defined(value), argument(args, FIRST, null)),
  none: (value) => defined(value) === null,
  number: (value) => isNumeric(defined(value)),
  odd: (value) => Math.abs(toNumber(defined(value))) % 2 === 1,
  sequence: (value) => isSequence(defined(value)) || isDict(value) || isList(value),
  string: (value) => typeof defined(value) === 'string',
  true: (value) => defined(value) === true,
  undefined: (value) => value instanceof Undefined,
  upper: (value) => /\p{Lu}/u.test(pyStr(defined(value))) && !/\p{Ll}/u.test(pyStr(defined(value))),
};
