import { PyTuple, PyView, type PyDict, type PyValue } from '../../python/value.js';
import { argument, Callable, type CallArguments } from './runtime.js';

type Method = (self: PyDict, args: CallArguments) => PyValue;

const METHODS: Readonly<Record<string, Method>> = {
  get: (self, args) => {
    const key = argument(args, { index: 0, name: 'key' }, null);
    const found = typeof key === 'string' && Object.hasOwn(self, key) ? self[key] : undefined;
    return found ?? (found === null ? null : argument(args, { index: 1, name: 'default' }, null));
  },
  keys: (self) => view('keys', Object.keys(self)),
  values: (self) => view('values', Object.values(self)),
  items: (self) =>
    view(
      'items',
      Object.entries(self).map((entry) => PyTuple.from(entry)),
    ),
  copy: (self) => ({ ...self }),
};

function view(part: string, items: readonly PyValue[]): PyView {
  const all = PyView.from<PyValue>(items) as PyView;
  all.part = part;
  return all;
}

/** A method of a dict by name, undefined where dicts have none of that name. */
export function dictMethod(self: PyDict, name: string): Callable | undefined {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  return method === undefined ? undefined : new Callable(name, (args) => method(self, args));
}
