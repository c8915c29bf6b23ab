import { elementTypeName } from '../element-type.js';
import type { Graph, Node } from '../graph.js';

// Operators whose result has the element type of their first input.
const OF_FIRST_INPUT = new Set(
  (
    'Identity Neg Add Sub Mul Div Pow Sqrt Reciprocal Cos Sin MatMul Transpose Reshape Unsqueeze Squeeze Expand Slice Split ' +
    'Concat Gather ReduceMean Softmax Sigmoid Tanh LayerNormalization SimplifiedLayerNormalization'
  ).split(' '),
);

/**
 * The name under which each value is first made, for values that are another one under a new name: through Identity, and through a
 * Cast to the element type that the value has. Values that are not in it are their own first names.
 */
export function firstNames(graph: Graph): ReadonlyMap<string, string> {
  const types = new Map(
    [...graph.inputs, ...graph.initializers].map(({ name, elementType }) => [name, elementType]),
  );
  const names = new Map<string, string>();
  for (const node of graph.nodes) {
    const [input = ''] = node.inputs;
    const type = elementTypeOf(node, types);
    if (type !== null) for (const output of node.outputs) types.set(output, type);
    const isSame =
      isOwn(node, 'Identity') || (isOwn(node, 'Cast') && type !== null && type === types.get(input));
    const [output] = node.outputs;
    if (isSame && output !== undefined) names.set(output, names.get(input) ?? input);
  }
  return names;
}

/** The element type of what a node gives, null where it is not plain. */
function elementTypeOf(node: Node, types: ReadonlyMap<string, string>): string | null {
  const attribute = (wanted: string) => node.attributes.find(({ name }) => name === wanted);
  if (isOwn(node, 'Cast')) return elementTypeName(attribute('to')?.int ?? 0);
  if (isOwn(node, 'Constant')) return attribute('value')?.tensor?.elementType ?? null;
  if (node.domain !== '' || !OF_FIRST_INPUT.has(node.opType)) return null;
  return types.get(node.inputs[0] ?? '') ?? null;
}

function isOwn({ domain, opType }: Node, wanted: string): boolean {
  return domain === '' && opType === wanted;
}
