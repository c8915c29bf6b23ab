import { lstrip, rstrip, strip } from '../../python/text.js';

/** A node of a template as the parser of @huggingface/jinja gives it. */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Functions that mended templates call. */
export const MENDED_FUNCTIONS: Readonly<Record<string, (text: string, characters: string) => string>> = {
  python_strip: strip,
  python_lstrip: lstrip,
  python_rstrip: rstrip,
};

/**
 * A parsed template in which two things are as in Python's jinja2 that this interpreter does otherwise: strip, lstrip and
 * rstrip heed the characters they are given (Qwen 3 strips newlines only), and a loop over something that is not there
 * has no rounds (Phi 4).
 */
export function mendTemplate<T>(value: T): T {
  if (Array.isArray(value)) return value.map(mendTemplate) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, item]) => [key, mendTemplate(item as unknown)] as const);
  // Nodes keep their class: the interpreter looks at it.
  const node = Object.assign(
    Object.create(Object.getPrototypeOf(value) as object) as Node,
    Object.fromEntries(fields),
  );
  if (node.type === 'CallExpression') return withCharacters(node) as T;
  return (node.type === 'For' ? withItems(node) : node) as T;
}

function withCharacters(node: Node): Node {
  const callee = node['callee'] as Node;
  const args = node['args'] as readonly Node[];
  const name = (callee['property'] as Node | undefined)?.['value'];
  if (callee.type !== 'MemberExpression' || callee['computed'] === true || args.length !== 1) return node;
  if (typeof name !== 'string' || !Object.hasOwn(MENDED_FUNCTIONS, `python_${name}`)) return node;
  return {
    ...node,
    type: 'CallExpression',
    callee: { type: 'Identifier', value: `python_${name}` },
    args: [callee['object'], ...args],
  };
}

function withItems(node: Node): Node {
  const iterable = node['iterable'] as Node;
  const orNothing = (one: unknown): Node => ({
    type: 'BinaryExpression',
    operator: { type: 'Or', value: 'or' },
    left: one,
    right: { type: 'ArrayLiteral', value: [] },
  });
  const mended =
    iterable.type === 'SelectExpression'
      ? { ...iterable, lhs: orNothing(iterable['lhs']) }
      : orNothing(iterable);
  return { ...node, type: 'For', iterable: mended };
}
