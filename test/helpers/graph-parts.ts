import type { NodeSpec, ValueSpec } from '../../src/onnx/encode-model.js';

/** A node with one output, which it is named after; `more` has its domain and attributes. */
export function node(
  op: string,
  inputs: readonly string[],
  output: string,
  more: Pick<NodeSpec, 'domain' | 'attributes'> = {},
): NodeSpec {
  return { op, inputs, outputs: [output], name: output, ...more };
}

/** An input or output of a graph. */
export function value(name: string, type: ValueSpec['type'], dims: ValueSpec['dims']): ValueSpec {
  return { name, type, dims };
}
