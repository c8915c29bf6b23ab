import type { NodeSpec } from '../encode-model.js';
import type { Node } from '../graph.js';
import { intOf, intsOf, type GraphView } from './graph-view.js';

/**
 * The root-mean-square norm that ends in a node, as onnxruntime's one operator for it; null where the node ends none. Recognised
 * is x / sqrt(mean(x * x) + epsilon) * weight over the last axis in float32, in the ways in which exporters write it.
 */
export function rmsNorm(view: GraphView, node: Node): Omit<NodeSpec, 'name'> | null {
  if (node.opType !== 'Mul' || node.domain !== '') return null;
  for (const [scaled, weight] of inBothOrders(view, node)) {
    const tensor = view.weight(weight);
    if (tensor?.elementType !== 'float32' || tensor.dims.length !== 1 || tensor.elements < 2) continue;
    const found = normalised(view, scaled);
    if (found === null || isCentred(view, found.input)) continue;
    return {
      op: 'SimplifiedLayerNormalization',
      inputs: [found.input, tensor.name],
      outputs: node.outputs,
      attributes: { axis: { int: -1 }, epsilon: { float: found.epsilon }, stash_type: { int: 1 } },
    };
  }
  return null;
}

/** x - mean(x): the norm is a part of a layer norm then, which onnxruntime knows as a whole. */
function isCentred(view: GraphView, value: string): boolean {
  return view.made(view.made(value, 'Sub')?.inputs[1], 'ReduceMean') !== null;
}

interface Normalised {
  readonly input: string;
  readonly epsilon: number;
}

/** x / root, or x times one over root. */
function normalised(view: GraphView, value: string): Normalised | null {
  const quotient = view.made(value, 'Div');
  if (quotient !== null) return underRoot(view, quotient.inputs[1], view.same(quotient.inputs[0]));
  const product = view.made(value, 'Mul');
  if (product === null) return null;
  for (const [input, inverse] of inBothOrders(view, product)) {
    const node = view.made(inverse, 'Div', 'Reciprocal');
    if (node === null || (node.opType === 'Div' && view.scalar(node.inputs[0]) !== 1)) continue;
    const found = underRoot(view, node.inputs[node.opType === 'Div' ? 1 : 0], input);
    if (found !== null) return found;
  }
  return null;
}

/** sqrt(mean(input * input) + epsilon). */
function underRoot(view: GraphView, root: string | undefined, input: string): Normalised | null {
  const sum = view.made(view.made(root, 'Sqrt')?.inputs[0], 'Add');
  if (sum === null) return null;
  for (const [mean, added] of inBothOrders(view, sum)) {
    const epsilon = view.scalar(added);
    const node = view.made(mean, 'ReduceMean');
    if (epsilon === null || node === null || intOf(node, 'keepdims', 1) === 0) continue;
    const axes = intsOf(view, node, { attribute: 'axes', input: 1 });
    if (axes?.length === 1 && axes[0] === -1 && isSquare(view, node.inputs[0], input)) {
      return { input, epsilon };
    }
  }
  return null;
}

function isSquare(view: GraphView, value: string | undefined, input: string): boolean {
  const node = view.made(value, 'Mul', 'Pow');
  if (node === null || view.same(node.inputs[0]) !== input) return false;
  return node.opType === 'Mul' ? view.same(node.inputs[1]) === input : view.scalar(node.inputs[1]) === 2;
}

function inBothOrders(view: GraphView, node: Node): readonly (readonly [string, string])[] {
  const [a = '', b = ''] = view.inputs(node);
  return [
    [a, b],
    [b, a],
  ];
}
