import { toNumber, type PyValue } from '../../python/value.js';
import { Callable, defined, Namespace, type CallArguments, type Value } from './runtime.js';
import { templateError } from './template-error.js';

/** The functions that every template may call. */
export const GLOBALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['range', new Callable('range', range)],
  ['dict', new Callable('dict', makeDict)],
  ['namespace', new Callable('namespace', makeNamespace)],
]);

const MAX_RANGE = 100_000; // jinja2's sandbox has the same limit; it keeps a template from hanging

function range(args: CallArguments): PyValue {
  const numbers = args.positional.map((value) => toNumber(defined(value)));
  const [start, stop, step = 1] = numbers.length === 1 ? [0, numbers[0] ?? 0] : numbers;
  if (start === undefined || stop === undefined || !Number.isInteger(step) || step === 0) {
    throw templateError('range needs one to three integers and a step other than zero');
  }
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= MAX_RANGE)) throw templateError(`range makes more than ${MAX_RANGE} numbers`);
  return Array.from({ length }, (_, index) => start + index * step);
}

function makeDict(args: CallArguments): PyValue {
  return Object.fromEntries([...args.named].map(([name, value]) => [name, defined(value)]));
}

function makeNamespace(args: CallArguments): Namespace {
  const namespace = new Namespace();
  for (const [name, value] of args.named) namespace.attributes.set(name, value);
  return namespace;
}
