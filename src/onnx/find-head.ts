import type { DecoderSignature } from './decoder-signature.js';
import type { Graph, Node } from './graph.js';

/** Where a decoder turns hidden states into logits: rows can be picked at `input`, and `nodes` make their logits. */
export interface Head {
  /** The value [batch, sequence, width] whose rows are independent of each other from here on. */
  readonly input: string;
  /** The nodes from there to the logits, in order; empty where rows can only be picked among the logits. */
  readonly nodes: readonly Node[];
}

const PRODUCTS = new Set(['MatMul', 'MatMulNBits', 'MatMulBnb4', 'FusedMatMul']);
const ELEMENTWISE = new Set(['Cast', 'Identity', 'Mul', 'Div', 'Add', 'Sub', 'Tanh']);

/** Finds the language-model head: the last matrix product by a weight, and what is done to each logit after it. */
export function findHead(graph: Graph, { logits }: Pick<DecoderSignature, 'logits'>): Head {
  const none: Head = { input: logits.name, nodes: [] };
  const producers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const uses = countUses(graph);
  const constant = constantsOf(graph);
  const nodes: Node[] = [];
  let value = logits.name;
  for (;;) {
    const node = producers.get(value);
    if (node === undefined || node.outputs.length !== 1) return none;
    if (value !== logits.name && (uses.get(value) ?? 0) > 1) return none;
    const data = node.inputs.filter((name) => name !== '' && !constant(name));
    nodes.unshift(node);
    const [input] = data;
    if (input === undefined || data.length !== 1) return none;
    if (PRODUCTS.has(node.opType)) return node.inputs[0] === input ? { input, nodes } : none;
    if (!ELEMENTWISE.has(node.opType)) return none;
    value = input;
  }
}

function countUses(graph: Graph): Map<string, number> {
  const uses = new Map<string, number>();
  for (const name of [
    ...graph.nodes.flatMap(({ inputs }) => inputs),
    ...graph.outputs.map((output) => output.name),
  ]) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}

/** Says of a name whether it is a weight or made of nothing but weights. */
function constantsOf(graph: Graph): (name: string) => boolean {
  const known = new Map<string, boolean>(graph.initializers.map(({ name }) => [name, true]));
  for (const { name } of graph.inputs) if (!known.has(name)) known.set(name, false);
  for (const { inputs, outputs } of graph.nodes) {
    const isConstant = inputs.every((name) => name === '' || known.get(name) === true);
    for (const output of outputs) known.set(output, isConstant);
  }
  return (name) => known.get(name) === true;
}
