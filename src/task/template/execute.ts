import { pyStr } from '../../python/repr.js';
import { isList, PyTuple, PyView, type PyValue } from '../../python/value.js';
import { applyFilter, evaluate, evaluateArguments } from './evaluate.js';
import type { Expression, FilterCall, SetTarget, Statement } from './nodes.js';
import {
  Callable,
  defined,
  iterate,
  Namespace,
  truthOf,
  Undefined,
  type CallArguments,
  type Value,
} from './runtime.js';
import type { Scope } from './scope.js';
import { templateError } from './template-error.js';

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

/** The text that statements print in a scope. */
export function execute(body: readonly Statement[], scope: Scope): string {
  let output = '';
  for (const statement of body) output += executeOne(statement, scope);
  return output;
}

function executeOne(statement: Statement, scope: Scope): string {
  switch (statement.kind) {
    case 'text':
      return statement.text;
    case 'output':
      return pyStr(defined(evaluate(statement.expression, scope)));
    case 'if':
      return executeIf(statement, scope);
    case 'for':
      return executeFor(statement, scope);
    case 'set':
      assign(
        statement.targets,
        { value: evaluate(statement.value, scope), unpacks: statement.unpacks },
        scope,
      );
      return '';
    case 'set-block': {
      const text = filterText(execute(statement.body, scope.inner()), statement.filters, scope);
      assign([statement.target], { value: text, unpacks: false }, scope);
      return '';
    }
    case 'filter-block':
      return pyStr(defined(filterText(execute(statement.body, scope.inner()), statement.filters, scope)));
    case 'with':
      return executeWith(statement, scope);
    case 'macro':
      scope.set(statement.name, makeMacro(statement, scope));
      return '';
  }
}

function executeIf(statement: Of<'if'>, scope: Scope): string {
  const branch = statement.branches.find(({ test }) => truthOf(evaluate(test, scope)));
  return execute(branch?.body ?? statement.otherwise, scope);
}

function executeFor(statement: Of<'for'>, scope: Scope): string {
  const { targets, unpacks, condition } = statement;
  const bind = (item: PyValue): Scope => {
    const inner = scope.inner();
    assign(
      targets.map((name) => ({ name, attribute: null })),
      { value: item, unpacks },
      inner,
    );
    return inner;
  };
  const all = iterate(evaluate(statement.iterable, scope));
  const items = condition === null ? all : all.filter((item) => truthOf(evaluate(condition, bind(item))));
  scope.spend(all.length);
  if (items.length === 0) return execute(statement.otherwise, scope.inner());
  return items
    .map((item, index) => {
      const inner = bind(item);
      inner.set('loop', makeLoop(items, index));
      return execute(statement.body, inner);
    })
    .join('');
}

function makeLoop(items: readonly PyValue[], index: number): Namespace {
  const loop = new Namespace();
  const facts: Record<string, Value> = {
    index: index + 1,
    index0: index,
    revindex: items.length - index,
    revindex0: items.length - index - 1,
    first: index === 0,
    last: index === items.length - 1,
    length: items.length,
    previtem: index > 0 ? (items[index - 1] ?? null) : new Undefined('there is no previous item'),
    nextitem: index + 1 < items.length ? (items[index + 1] ?? null) : new Undefined('there is no next item'),
    cycle: new Callable('cycle', ({ positional }) => positional[index % positional.length] ?? null),
  };
  for (const [name, value] of Object.entries(facts)) loop.attributes.set(name, value);
  return loop;
}

function assign(
  targets: readonly SetTarget[],
  given: { readonly value: Value; readonly unpacks: boolean },
  scope: Scope,
): void {
  if (!given.unpacks) {
    const [target] = targets;
    if (target !== undefined) assignOne(target, given.value, scope);
    return;
  }
  const values = iterate(given.value);
  if (values.length !== targets.length) {
    throw templateError(`expected ${targets.length} values to unpack, got ${values.length}`);
  }
  targets.forEach((target, index) => {
    assignOne(target, values[index] ?? null, scope);
  });
}

function assignOne(target: SetTarget, value: Value, scope: Scope): void {
  if (target.attribute === null) {
    scope.set(target.name, value);
    return;
  }
  const namespace = scope.get(target.name);
  if (!(namespace instanceof Namespace)) throw templateError(`${target.name} is not a namespace`);
  namespace.attributes.set(target.attribute, value);
}

function filterText(text: string, filters: readonly FilterCall[], scope: Scope): Value {
  return filters.reduce<Value>(
    (value, { name, args }) => applyFilter(name, value, evaluateArguments(args, scope)),
    text,
  );
}

function executeWith(statement: Of<'with'>, scope: Scope): string {
  const inner = scope.inner();
  for (const [name, expression] of statement.bindings) inner.set(name, evaluate(expression, scope));
  return execute(statement.body, inner);
}

function makeMacro(statement: Of<'macro'>, scope: Scope): Callable {
  return new Callable(statement.name, (args) =>
    execute(statement.body, bindParameters(statement, args, scope)),
  );
}

function bindParameters(statement: Of<'macro'>, args: CallArguments, scope: Scope): Scope {
  const inner = scope.inner();
  statement.parameters.forEach(({ name, fallback }, index) => {
    const given = index < args.positional.length ? args.positional[index] : args.named.get(name);
    inner.set(name, given === undefined ? defaultOf(name, fallback, inner) : given);
  });
  return inner;
}

function defaultOf(name: string, fallback: Expression | null, scope: Scope): Value {
  return fallback === null ? new Undefined(`parameter ${name} was not given`) : evaluate(fallback, scope);
}

/** The single expression that is a template's only content, and its value as data; undefined where there is more. */
export function soleValue(body: readonly Statement[], makeScope: () => Scope): PyValue | undefined {
  const [only] = body;
  if (body.length !== 1 || only?.kind !== 'output') return undefined;
  return defined(evaluate(only.expression, makeScope()));
}

/** True where a value prints as a literal that reads back as itself: text, numbers, and lists and dicts of them. */
export function isLiteralList(value: PyValue | undefined): value is readonly PyValue[] {
  return (
    isList(value) &&
    !(value instanceof PyTuple) &&
    !(value instanceof PyView) &&
    value.every((item) => typeof item === 'string')
  );
}
