import { literalEval } from '../../python/literal.js';
import { pyStr } from '../../python/repr.js';
import { pyFloat, type PyValue } from '../../python/value.js';
import type { Arguments, BinaryOperator, CompareOperator, Expression } from './nodes.js';
import type { TokenStream } from './token-stream.js';

const COMPARE = ['==', '!=', '<=', '>=', '<', '>'] as const;
const CONSTANTS: Readonly<Record<string, PyValue>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};

/** Reads one expression with jinja2's precedence. */
export function parseExpression(stream: TokenStream): Expression {
  const whenTrue = parseOr(stream);
  if (!stream.take('if')) return whenTrue;
  const test = parseOr(stream);
  const otherwise = stream.take('else') ? parseExpression(stream) : null;
  return parseTailConditional(stream, { kind: 'conditional', test, whenTrue, otherwise });
}

function parseTailConditional(stream: TokenStream, first: Expression): Expression {
  if (!stream.take('if')) return first;
  const test = parseOr(stream);
  const otherwise = stream.take('else') ? parseExpression(stream) : null;
  return parseTailConditional(stream, { kind: 'conditional', test, whenTrue: first, otherwise });
}

/** Reads an expression without a conditional, as `{% for x in ... if ... %}` needs. */
export function parseOr(stream: TokenStream): Expression {
  let left = parseAnd(stream);
  while (stream.take('or')) left = { kind: 'logic', operator: 'or', left, right: parseAnd(stream) };
  return left;
}

function parseAnd(stream: TokenStream): Expression {
  let left = parseNot(stream);
  while (stream.take('and')) left = { kind: 'logic', operator: 'and', left, right: parseNot(stream) };
  return left;
}

function parseNot(stream: TokenStream): Expression {
  return stream.take('not')
    ? { kind: 'unary', operator: 'not', operand: parseNot(stream) }
    : parseCompare(stream);
}

function parseCompare(stream: TokenStream): Expression {
  const first = parseSum(stream);
  const rest: { operator: CompareOperator; operand: Expression }[] = [];
  for (let operator = takeCompare(stream); operator !== null; operator = takeCompare(stream)) {
    rest.push({ operator, operand: parseSum(stream) });
  }
  return rest.length === 0 ? first : { kind: 'compare', first, rest };
}

function takeCompare(stream: TokenStream): CompareOperator | null {
  for (const operator of COMPARE) if (stream.take(operator)) return operator;
  if (stream.take('in')) return 'in';
  if (!stream.is('not') || stream.peek(1).text !== 'in') return null;
  stream.next();
  stream.next();
  return 'not in';
}

function parseBinary(
  stream: TokenStream,
  operators: readonly BinaryOperator[],
  operand: (stream: TokenStream) => Expression,
): Expression {
  let left = operand(stream);
  for (;;) {
    const operator = operators.find((candidate) => stream.take(candidate));
    if (operator === undefined) return left;
    left = { kind: 'binary', operator, left, right: operand(stream) };
  }
}

function parseSum(stream: TokenStream): Expression {
  return parseBinary(stream, ['+', '-'], parseConcat);
}

function parseConcat(stream: TokenStream): Expression {
  const parts = [parseProduct(stream)];
  while (stream.take('~')) parts.push(parseProduct(stream));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'concat', parts };
}

function parseProduct(stream: TokenStream): Expression {
  return parseBinary(stream, ['*', '//', '/', '%'], parsePower);
}

function parsePower(stream: TokenStream): Expression {
  return parseBinary(stream, ['**'], (inner) => parseUnary(inner, true));
}

function parseUnary(stream: TokenStream, withFilters: boolean): Expression {
  const operator = (['-', '+'] as const).find((candidate) => stream.take(candidate));
  const core: Expression =
    operator === undefined
      ? parsePrimary(stream)
      : { kind: 'unary', operator, operand: parseUnary(stream, false) };
  const whole = parsePostfix(stream, core);
  return withFilters ? parseFilters(stream, whole) : whole;
}

function parsePrimary(stream: TokenStream): Expression {
  const token = stream.next();
  if (token.kind === 'name') {
    return Object.hasOwn(CONSTANTS, token.text)
      ? { kind: 'literal', value: CONSTANTS[token.text] ?? null }
      : { kind: 'name', name: token.text };
  }
  if (token.kind === 'integer') return { kind: 'literal', value: integerOf(token.text.replaceAll('_', '')) };
  if (token.kind === 'float')
    return { kind: 'literal', value: pyFloat(Number(token.text.replaceAll('_', ''))) };
  if (token.kind === 'string') return { kind: 'literal', value: readStrings(stream, token.text) };
  if (token.text === '(') return parseParenthesis(stream);
  if (token.text === '[') return { kind: 'list', items: parseItems(stream, ']') };
  if (token.text === '{') return parseDict(stream);
  throw stream.error('expected a value', token);
}

function readStrings(stream: TokenStream, first: string): string {
  let text = readString(first);
  while (stream.peek().kind === 'string') text += readString(stream.next().text);
  return text;
}

function readString(literal: string): string {
  return pyStr(literalEval(literal.replaceAll('\n', '\\n')));
}

function parseItems(stream: TokenStream, close: string): Expression[] {
  const items: Expression[] = [];
  while (!stream.take(close)) {
    if (items.length > 0) stream.expect(',');
    if (stream.take(close)) break;
    items.push(parseExpression(stream));
  }
  return items;
}

function parseParenthesis(stream: TokenStream): Expression {
  if (stream.take(')')) return { kind: 'tuple', items: [] };
  const first = parseExpression(stream);
  if (stream.take(')')) return first;
  stream.expect(',');
  return { kind: 'tuple', items: [first, ...parseItems(stream, ')')] };
}

function parseDict(stream: TokenStream): Expression {
  const entries: [Expression, Expression][] = [];
  while (!stream.take('}')) {
    if (entries.length > 0) stream.expect(',');
    if (stream.take('}')) break;
    const key = parseExpression(stream);
    stream.expect(':');
    entries.push([key, parseExpression(stream)]);
  }
  return { kind: 'dict', entries };
}

function parsePostfix(stream: TokenStream, start: Expression): Expression {
  let node = start;
  for (;;) {
    if (stream.take('.')) node = parseDot(stream, node);
    else if (stream.take('[')) node = parseSubscript(stream, node);
    else if (stream.take('(')) node = { kind: 'call', callee: node, args: parseArguments(stream) };
    else return node;
  }
}

function parseDot(stream: TokenStream, object: Expression): Expression {
  const token = stream.next();
  if (token.kind === 'integer')
    return { kind: 'item', object, key: { kind: 'literal', value: Number(token.text) } };
  if (token.kind !== 'name') throw stream.error('expected a name after the dot', token);
  return { kind: 'attribute', object, name: token.text };
}

function parseSubscript(stream: TokenStream, object: Expression): Expression {
  const bounds: (Expression | null)[] = [null, null, null];
  let nColons = 0;
  while (!stream.take(']')) {
    if (stream.take(':')) nColons += 1;
    else bounds[nColons] = parseExpression(stream);
    if (nColons > 2) throw stream.error('expected at most two colons in a slice');
  }
  const [start = null, stop = null, step = null] = bounds;
  if (nColons > 0) return { kind: 'slice', object, bounds: [start, stop, step] };
  if (start === null) throw stream.error('expected a subscript');
  return { kind: 'item', object, key: start };
}

/** Reads call arguments behind an opening parenthesis, which is taken already. */
export function parseArguments(stream: TokenStream): Arguments {
  const positional: Expression[] = [];
  const named: [string, Expression][] = [];
  while (!stream.take(')')) {
    if (positional.length + named.length > 0) stream.expect(',');
    if (stream.take(')')) break;
    if (stream.peek().kind === 'name' && stream.peek(1).text === '=' && stream.peek(1).kind === 'operator') {
      const name = stream.expectName();
      stream.expect('=');
      named.push([name, parseExpression(stream)]);
    } else positional.push(parseExpression(stream));
  }
  return { positional, named };
}

function parseFilters(stream: TokenStream, start: Expression): Expression {
  let node = start;
  for (;;) {
    if (stream.take('|')) node = { kind: 'filter', ...parseFilterCall(stream), operand: node };
    else if (stream.take('is')) node = parseTest(stream, node);
    else if (stream.is('(') && node.kind === 'filter') {
      stream.next();
      node = { kind: 'call', callee: node, args: parseArguments(stream) };
    } else return node;
  }
}

/** Reads the name and the arguments of a filter behind its bar. */
export function parseFilterCall(stream: TokenStream): { name: string; args: Arguments } {
  const name = stream.expectName();
  return { name, args: stream.take('(') ? parseArguments(stream) : { positional: [], named: [] } };
}

function parseTest(stream: TokenStream, operand: Expression): Expression {
  const negated = stream.take('not');
  const name = stream.expectName();
  const test: Expression = { kind: 'test', name, operand, args: parseTestArguments(stream) };
  return negated ? { kind: 'unary', operator: 'not', operand: test } : test;
}

function parseTestArguments(stream: TokenStream): Arguments {
  if (stream.take('(')) return parseArguments(stream);
  const token = stream.peek();
  const startsValue =
    (token.kind === 'name' && !['else', 'or', 'and', 'is', 'in', 'not', 'if'].includes(token.text)) ||
    ['string', 'integer', 'float'].includes(token.kind) ||
    (token.kind === 'operator' && /^[[{]$/.test(token.text));
  if (!startsValue) return { positional: [], named: [] };
  return { positional: [parsePostfix(stream, parsePrimary(stream))], named: [] };
}

function integerOf(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}
