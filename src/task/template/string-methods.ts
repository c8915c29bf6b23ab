import * as text from '../../python/text.js';
import { pyStr } from '../../python/repr.js';
import { isList, PyTuple, toNumber, typeName, type PyValue } from '../../python/value.js';
import { argument, Callable, defined, iterate, textArgument, type CallArguments } from './runtime.js';
import { templateError } from './template-error.js';

type Method = (self: string, args: CallArguments) => PyValue;

const FIRST = { index: 0, name: 'first' };

const METHODS: Readonly<Record<string, Method>> = {
  strip: (self, args) => text.strip(self, charactersOf(args)),
  lstrip: (self, args) => text.lstrip(self, charactersOf(args)),
  rstrip: (self, args) => text.rstrip(self, charactersOf(args)),
  split: (self, args) => text.split(self, separatorOf(args), countOf(args, 1, 'maxsplit')),
  rsplit: (self, args) => rightSplit(self, args),
  splitlines: (self) => splitLines(self),
  replace: (self, args) =>
    text.replace(self, {
      from: textArgument(args, FIRST, null),
      to: textArgument(args, { index: 1, name: 'new' }, null),
      count: countOf(args, 2, 'count'),
    }),
  upper: (self) => self.toUpperCase(),
  lower: (self) => self.toLowerCase(),
  casefold: (self) => text.caseFold(self),
  capitalize: (self) => text.capitalize(self),
  title: (self) => text.title(self),
  swapcase: (self) =>
    Array.from(self, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join(''),
  startswith: (self, args) => prefixesOf(args).some((prefix) => self.startsWith(prefix)),
  endswith: (self, args) => prefixesOf(args).some((suffix) => self.endsWith(suffix)),
  find: (self, args) => pointIndex(self, self.indexOf(textArgument(args, FIRST, null))),
  rfind: (self, args) => pointIndex(self, self.lastIndexOf(textArgument(args, FIRST, null))),
  index: (self, args) => indexOrFail(self, textArgument(args, FIRST, null)),
  count: (self, args) => countText(self, textArgument(args, FIRST, null)),
  join: (self, args) =>
    iterate(args.positional[0] ?? null)
      .map(expectText)
      .join(self),
  isdigit: (self) => text.isDigit(self),
  isnumeric: (self) => /^\p{N}+$/u.test(self),
  isdecimal: (self) => /^\p{Nd}+$/u.test(self),
  isalpha: (self) => /^\p{L}+$/u.test(self),
  isalnum: (self) => /^[\p{L}\p{N}]+$/u.test(self),
  isspace: (self) => text.isSpace(self),
  isupper: (self) => /\p{Lu}/u.test(self) && !/\p{Ll}/u.test(self),
  islower: (self) => /\p{Ll}/u.test(self) && !/\p{Lu}/u.test(self),
  zfill: (self, args) => zeroFill(self, toNumber(argument(args, FIRST, 0))),
  ljust: (self, args) => self + padding(self, args),
  rjust: (self, args) => padding(self, args) + self,
  removeprefix: (self, args) => dropPrefix(self, textArgument(args, FIRST, null)),
  removesuffix: (self, args) => dropSuffix(self, textArgument(args, FIRST, null)),
  partition: (self, args) => partition(self, textArgument(args, FIRST, null), 'first'),
  rpartition: (self, args) => partition(self, textArgument(args, FIRST, null), 'last'),
  format: (self, args) => formatBraces(self, args),
};

/** A method of a text by name, undefined where text has none of that name. */
export function stringMethod(self: string, name: string): Callable | undefined {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  return method === undefined ? undefined : new Callable(name, (args) => method(self, args));
}

function charactersOf(args: CallArguments): string | null {
  const value = argument(args, { index: 0, name: 'chars' }, null);
  return value === null ? null : expectText(value);
}

function separatorOf(args: CallArguments): string | null {
  const value = argument(args, { index: 0, name: 'sep' }, null);
  return value === null ? null : expectText(value);
}

function countOf(args: CallArguments, index: number, name: string): number {
  return toNumber(argument(args, { index, name }, -1));
}

function expectText(value: PyValue): string {
  if (typeof value === 'string') return value;
  throw templateError(`expected text, got ${typeName(value)}`);
}

function rightSplit(self: string, args: CallArguments): PyValue {
  const separator = separatorOf(args);
  const max = countOf(args, 1, 'maxsplit');
  if (separator !== null) return text.rsplit(self, separator, max);
  if (max >= 0) throw templateError('rsplit with a count needs a separator here');
  return text.split(self);
}

// Python's line boundaries: more than \n and \r.
const LINE_END = new RegExp(['\\r\\n', '[\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029]'].join('|'));

function splitLines(self: string): string[] {
  const lines = self.split(LINE_END);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function prefixesOf(args: CallArguments): string[] {
  const value = argument(args, FIRST, null);
  return isList(value) ? value.map(expectText) : [expectText(value)];
}

function pointIndex(self: string, index: number): number {
  return index === -1 ? -1 : text.codePointLength(self.slice(0, index));
}

function indexOrFail(self: string, part: string): number {
  const index = pointIndex(self, self.indexOf(part));
  if (index === -1) throw templateError(`the text has no ${JSON.stringify(part)}`);
  return index;
}

function countText(self: string, part: string): number {
  return part === '' ? text.codePointLength(self) + 1 : self.split(part).length - 1;
}

function zeroFill(self: string, width: number): string {
  const sign = /^[+-]/.exec(self)?.[0] ?? '';
  return sign + self.slice(sign.length).padStart(width - sign.length, '0');
}

function padding(self: string, args: CallArguments): string {
  const fill = textArgument(args, { index: 1, name: 'fillchar' }, ' ');
  return fill.repeat(
    Math.max(0, Math.min(toNumber(argument(args, FIRST, 0)), 1_000_000) - text.codePointLength(self)),
  );
}

function dropPrefix(self: string, prefix: string): string {
  return self.startsWith(prefix) ? self.slice(prefix.length) : self;
}

function dropSuffix(self: string, suffix: string): string {
  return suffix !== '' && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
}

function partition(self: string, separator: string, which: 'first' | 'last'): PyTuple {
  const index = which === 'first' ? self.indexOf(separator) : self.lastIndexOf(separator);
  if (index === -1) return which === 'first' ? PyTuple.of(self, '', '') : PyTuple.of('', '', self);
  return PyTuple.of(self.slice(0, index), separator, self.slice(index + separator.length));
}

// `{}`, `{0}` and `{name}` without format specifications.
function formatBraces(self: string, args: CallArguments): string {
  let next = 0;
  return self.replace(/\{\{|\}\}|\{(\w*)\}|[{}]/g, (found, key?: string) => {
    if (found === '{{' || found === '}}') return found.charAt(0);
    if (key === undefined) throw templateError('format() with a specification is not supported');
    const value = key === '' ? args.positional[next] : (args.named.get(key) ?? args.positional[Number(key)]);
    if (key === '') next += 1;
    if (value === undefined) throw templateError(`format() has no argument ${JSON.stringify(key)}`);
    return pyStr(defined(value));
  });
}
