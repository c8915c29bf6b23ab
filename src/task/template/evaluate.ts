import { pyRepr, pyStr } from '../../python/repr.js';
import { isNumeric, pyDict, PyTuple, type PyValue } from '../../python/value.js';
import { getAttribute, getItem, getSlice } from './access.js';
import { applyItemFilter, isItemFilter } from './item-filters.js';
import { FILTERS } from './filters.js';
import type { Arguments, Expression } from './nodes.js';
import { applyBinary, applyCompare } from './operators.js';
import { Callable, defined, truthOf, Undefined, type CallArguments, type Value } from './runtime.js';
import type { Scope } from './scope.js';
import { templateError } from './template-error.js';
import { TESTS } from './tests.js';

/** The value of an expression in a scope. */
export function evaluate(node: Expression, scope: Scope): Value {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return scope.get(node.name);
    case 'list':
      return node.items.map((item) => defined(evaluate(item, scope)));
    case 'tuple':
      return PyTuple.from(node.items.map((item) => defined(evaluate(item, scope))));
    case 'dict':
      return evaluateDict(node.entries, scope);
    case 'unary':
      return evaluateUnary(node, scope);
    case 'binary':
      return applyBinary(
        node.operator,
        defined(evaluate(node.left, scope)),
        defined(evaluate(node.right, scope)),
      );
    case 'logic':
      return evaluateLogic(node, scope);
    case 'compare':
      return evaluateCompare(node, scope);
    case 'concat':
      return node.parts.map((part) => pyStr(defined(evaluate(part, scope)))).join('');
    case 'conditional':
      return evaluateConditional(node, scope);
    case 'attribute':
    case 'item':
    case 'slice':
    case 'call':
    case 'filter':
    case 'test':
      return evaluateAccess(node, scope);
  }
}

type Access = Extract<Expression, { kind: 'attribute' | 'item' | 'slice' | 'call' | 'filter' | 'test' }>;

function evaluateAccess(node: Access, scope: Scope): Value {
  switch (node.kind) {
    case 'attribute':
      return getAttribute(evaluate(node.object, scope), node.name);
    case 'item':
      return getItem(evaluate(node.object, scope), defined(evaluate(node.key, scope)));
    case 'slice':
      return getSlice(
        evaluate(node.object, scope),
        node.bounds.map((bound) => (bound === null ? undefined : defined(evaluate(bound, scope)))),
      );
    case 'call':
      return evaluateCall(node, scope);
    case 'filter':
      return applyFilter(node.name, evaluate(node.operand, scope), evaluateArguments(node.args, scope));
    case 'test':
      return applyTest(node.name, evaluate(node.operand, scope), evaluateArguments(node.args, scope));
  }
}

function evaluateDict(entries: readonly (readonly [Expression, Expression])[], scope: Scope): PyValue {
  return pyDict(
    entries.map(([key, value]) => {
      const name = defined(evaluate(key, scope));
      if (typeof name !== 'string') throw templateError(`a dict key must be text here, got ${pyRepr(name)}`);
      return [name, defined(evaluate(value, scope))];
    }),
  );
}

function evaluateUnary(node: Extract<Expression, { kind: 'unary' }>, scope: Scope): PyValue {
  const operand = evaluate(node.operand, scope);
  if (node.operator === 'not') return !truthOf(operand);
  const value = defined(operand);
  if (!isNumeric(value)) throw templateError(`the sign ${node.operator} needs a number`);
  return node.operator === '-' ? applyBinary('*', -1, value) : applyBinary('+', 0, value);
}

function evaluateLogic(node: Extract<Expression, { kind: 'logic' }>, scope: Scope): Value {
  const left = evaluate(node.left, scope);
  return truthOf(left) === (node.operator === 'and') ? evaluate(node.right, scope) : left;
}

function evaluateCompare(node: Extract<Expression, { kind: 'compare' }>, scope: Scope): boolean {
  let left = defined(evaluate(node.first, scope));
  for (const { operator, operand } of node.rest) {
    const right = defined(evaluate(operand, scope));
    if (!applyCompare(operator, left, right)) return false;
    left = right;
  }
  return true;
}

function evaluateConditional(node: Extract<Expression, { kind: 'conditional' }>, scope: Scope): Value {
  if (truthOf(evaluate(node.test, scope))) return evaluate(node.whenTrue, scope);
  return node.otherwise === null
    ? new Undefined('the inline if has no else and its condition is false')
    : evaluate(node.otherwise, scope);
}

function evaluateCall(node: Extract<Expression, { kind: 'call' }>, scope: Scope): Value {
  const callee = evaluate(node.callee, scope);
  if (callee instanceof Callable) return callee.call(evaluateArguments(node.args, scope));
  if (callee instanceof Undefined) throw templateError(callee.message);
  throw templateError('a value that is not a function is called');
}

/** The values of call arguments. */
export function evaluateArguments(args: Arguments, scope: Scope): CallArguments {
  return {
    positional: args.positional.map((item) => evaluate(item, scope)),
    named: new Map(args.named.map(([name, item]) => [name, evaluate(item, scope)])),
  };
}

/** Applies a filter by name. */
export function applyFilter(name: string, value: Value, args: CallArguments): Value {
  if (isItemFilter(name)) {
    return applyItemFilter(name, { value, args, applyFilter, applyTest });
  }
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (filter === undefined)
    throw templateError(
      `the filter ${JSON.stringify(name)} is not supported; known are ${Object.keys(FILTERS).join(', ')}`,
    );
  return filter(value, args);
}

/** Applies a test by name. */
export function applyTest(name: string, value: Value, args: CallArguments): boolean {
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
  if (test === undefined)
    throw templateError(
      `the test ${JSON.stringify(name)} is not supported; known are ${Object.keys(TESTS).join(', ')}`,
    );
  return test(value, args);
}
