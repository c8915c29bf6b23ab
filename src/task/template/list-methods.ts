import { pyRepr } from '../../python/repr.js';
import { isTruthy, pyEquals, toNumber, type PyValue } from '../../python/value.js';
import { order } from './operators.js';
import { argument, Callable, iterate, type CallArguments } from './runtime.js';
import { templateError } from './template-error.js';

type Method = (self: PyValue[], args: CallArguments) => PyValue;

const FIRST = { index: 0, name: 'first' };

const METHODS: Readonly<Record<string, Method>> = {
  index: (self, args) => {
    const item = argument(args, FIRST, null);
    const index = self.findIndex((member) => pyEquals(member, item));
    if (index === -1) throw templateError(`${pyRepr(item).slice(0, 80)} is not in the list`);
    return index;
  },
  count: (self, args) => self.filter((member) => pyEquals(member, argument(args, FIRST, null))).length,
  copy: (self) => [...self],
  append: (self, args) => {
    self.push(argument(args, FIRST, null));
    return null;
  },
  extend: (self, args) => {
    self.push(...iterate(args.positional[0] ?? null));
    return null;
  },
  insert: (self, args) => {
    self.splice(toNumber(argument(args, FIRST, 0)), 0, argument(args, { index: 1, name: 'object' }, null));
    return null;
  },
  pop: (self, args) => {
    const index = toNumber(argument(args, FIRST, -1));
    const [item] = self.splice(index < 0 ? self.length + index : index, 1);
    if (item === undefined) throw templateError('pop from a list without that element');
    return item;
  },
  reverse: (self) => {
    self.reverse();
    return null;
  },
  sort: (self, args) => {
    self.sort(order);
    if (isTruthy(argument(args, { index: 1, name: 'reverse' }, false))) self.reverse();
    return null;
  },
};

/** A method of a list by name, undefined where lists have none of that name. */
export function listMethod(self: readonly PyValue[], name: string): Callable | undefined {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  return method === undefined ? undefined : new Callable(name, (args) => method(self as PyValue[], args));
}
