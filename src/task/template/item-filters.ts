import { isTruthy, PyTuple, pyEquals, toNumber, type PyValue } from '../../python/value.js';
import { getItem } from './access.js';
import { order } from './operators.js';
import { argument, defined, iterate, textArgument, type CallArguments, type Value } from './runtime.js';
import { templateError } from './template-error.js';

const ITEM_FILTERS = ['map', 'select', 'reject', 'selectattr', 'rejectattr', 'groupby', 'batch'] as const;
type ItemFilter = (typeof ITEM_FILTERS)[number];

/** A use of a filter that applies other filters or tests to every item. */
interface Use {
  readonly value: Value;
  readonly args: CallArguments;
  readonly applyFilter: (name: string, value: Value, args: CallArguments) => Value;
  readonly applyTest: (name: string, value: Value, args: CallArguments) => boolean;
}

export function isItemFilter(name: string): name is ItemFilter {
  return (ITEM_FILTERS as readonly string[]).includes(name);
}

/** Applies `map`, `select` and their kin. Lists stand for jinja2's generators. */
export function applyItemFilter(name: ItemFilter, use: Use): Value {
  // jinja2 takes whatever is false (0, None) for an empty list here, except where it sorts or counts.
  const isCounted = name === 'groupby' || name === 'batch';
  const items = !isCounted && !isTruthy(defined(use.value)) ? [] : iterate(use.value);
  switch (name) {
    case 'map':
      return mapItems(items, use);
    case 'select':
    case 'reject':
      return items.filter((item) => passes(item, use, 0) === (name === 'select'));
    case 'selectattr':
    case 'rejectattr':
      return items.filter((item) => passesAttribute(item, use) === (name === 'selectattr'));
    case 'groupby':
      return groupBy(items, textArgument(use.args, { index: 0, name: 'attribute' }, null));
    case 'batch':
      return batch(items, {
        size: toNumber(argument(use.args, { index: 0, name: 'linecount' }, 1)),
        fill: argument(use.args, { index: 1, name: 'fill_with' }, null),
      });
  }
}

function mapItems(items: readonly PyValue[], use: Use): PyValue {
  const attribute = use.args.named.get('attribute');
  if (attribute !== undefined) {
    const key = defined(attribute);
    const fallback = use.args.named.get('default');
    return items.map((item) => {
      const found = followPath(item, key);
      return defined(fallback !== undefined && isUndefined(found) ? fallback : found);
    });
  }
  const [name, ...rest] = use.args.positional;
  if (typeof name !== 'string') throw templateError('map needs the name of a filter, or attribute=...');
  const args = { positional: rest, named: use.args.named };
  return items.map((item) => defined(use.applyFilter(name, item, args)));
}

function isUndefined(value: Value): boolean {
  return typeof value === 'object' && value !== null && 'message' in value;
}

// jinja2 reads dots in attribute names as a path and digits as positions.
function followPath(item: PyValue, key: PyValue): Value {
  if (typeof key !== 'string') return getItem(item, key);
  let value: Value = item;
  for (const part of key.split('.')) value = getItem(value, /^\d+$/.test(part) ? Number(part) : part);
  return value;
}

function passes(item: PyValue, use: Use, skip: number): boolean {
  const [name, ...rest] = use.args.positional.slice(skip);
  if (name === undefined) return isTruthy(item);
  if (typeof name !== 'string') throw templateError('expected the name of a test');
  return use.applyTest(name, item, { positional: rest, named: new Map() });
}

function passesAttribute(item: PyValue, use: Use): boolean {
  const value = followPath(item, textArgument(use.args, { index: 0, name: 'attribute' }, null));
  const [, name, ...rest] = use.args.positional;
  if (name === undefined) return isTruthy(defined(value));
  if (typeof name !== 'string') throw templateError('expected the name of a test');
  return use.applyTest(name, value, { positional: rest, named: new Map() });
}

function groupBy(items: readonly PyValue[], attribute: string): PyValue {
  const keyed = items.map((item) => ({ key: defined(followPath(item, attribute)), item }));
  const groups: { key: PyValue; members: PyValue[] }[] = [];
  for (const { key, item } of keyed.toSorted((a, b) => order(a.key, b.key))) {
    const last = groups.at(-1);
    if (last !== undefined && pyEquals(last.key, key)) last.members.push(item);
    else groups.push({ key, members: [item] });
  }
  return groups.map(({ key, members }) => PyTuple.from<PyValue>([key, members]));
}

function batch(
  items: readonly PyValue[],
  { size, fill }: { readonly size: number; readonly fill: PyValue },
): PyValue {
  if (!(size >= 1)) throw templateError('batch needs a positive number');
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => {
    const some = items.slice(i * size, (i + 1) * size);
    return fill === null ? some : [...some, ...Array.from({ length: size - some.length }, () => fill)];
  });
}
