import { findHead } from '../find-head.js';
import type { DecoderSignature } from '../decoder-signature.js';
import { outerNames, type Graph, type Node } from '../graph.js';
import { intOf, type GraphView } from '../lean/graph-view.js';
import { constantNames } from './constant-names.js';
import { liveNodes } from './live-nodes.js';

/** The end of a decoder, where rows are independent of each other: they can be picked at `inputs`, and `nodes` make their logits. */
export interface RowTail {
  /** Values [batch, sequence, width]. */
  readonly inputs: readonly string[];
  /** The nodes from there to the logits, in order; empty where rows can only be picked among the logits. */
  readonly nodes: readonly Node[];
}

// Operators that go number by number, with the number of their values: all but these must be small constants.
const ELEMENTWISE = new Map([
  ...['Sigmoid', 'Tanh', 'Relu', 'Erf', 'Neg', 'Identity'].map((name) => [name, 1] as const),
  ...['Add', 'Sub', 'Mul', 'Div'].map((name) => [name, 2] as const),
]);
const NORMS = new Set(['LayerNormalization', 'SimplifiedLayerNormalization']);

/** The language-model head alone as the tail. */
export function headTail(graph: Graph, signature: DecoderSignature): RowTail {
  const { input, nodes } = findHead(graph, signature);
  return { inputs: [input], nodes };
}

/**
 * The longest tail: beside the head, what follows the attention of the last layer. Where few rows are wanted, its products are
 * made for them alone: of 30 layers that saves a thirtieth, of two layers a third. Values that anything else needs, as the last
 * layer's keys need the residual stream, are where rows are picked.
 */
export function rowTail(view: GraphView, signature: DecoderSignature): RowTail {
  const { graph } = view;
  const head = findHead(graph, signature);
  if (head.nodes.length === 0) return headTail(graph, signature);
  const rows = new Rows(view, signature.inputIds.name);
  const tail = new Set(head.nodes);
  const outputs = graph.outputs.map(({ name }) => name);
  // What a merged operator replaced is in the graph still, and of no use.
  const live = liveNodes(graph, outputs);
  const users = usersOf(live);
  const kept = new Set(outputs);
  for (const node of live.toReversed()) {
    const { outputs: made } = node;
    if (tail.has(node) || made.some((name) => kept.has(name)) || !rows.isByRow(node)) continue;
    const uses = made.flatMap((name) => users.get(name) ?? []);
    if (uses.length > 0 && uses.every((user) => tail.has(user))) tail.add(node);
  }
  const nodes = live.filter((node) => tail.has(node));
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const needed = nodes.flatMap((node) => rows.valuesOf(node));
  return { inputs: [...new Set(needed.filter((name) => !made.has(name)))], nodes };
}

/** The nodes that take each value. */
function usersOf(nodes: readonly Node[]): Map<string, Node[]> {
  const users = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const name of [...node.inputs, ...outerNames(node)]) {
      const known = users.get(name);
      if (known === undefined) users.set(name, [node]);
      else known.push(node);
    }
  }
  return users;
}

/** Which values of a graph have a row for every token, and which operators go row by row. */
class Rows {
  readonly #view: GraphView;
  readonly #ids: string;
  readonly #constants: ReadonlySet<string>;

  constructor(view: GraphView, ids: string) {
    this.#view = view;
    this.#ids = ids;
    this.#constants = constantNames(view.graph);
  }

  /** The inputs of a node that are not made of weights alone. */
  valuesOf({ inputs }: Node): string[] {
    return inputs.filter((name) => name !== '' && !this.#constants.has(name));
  }

  /** Each row of the node's result depends on the same row of its values only, also where the rows are those of one matrix. */
  isByRow(node: Node): boolean {
    if (node.domain !== '') return false;
    const values = this.valuesOf(node);
    if (node.opType === 'MatMul') return values[0] === node.inputs[0] && this.#isMatrix(node.inputs[1]);
    if (!values.every((name) => this.#isRows(name))) return false;
    if (node.opType === 'Split') return values.length === 1 && intOf(node, 'axis', 0) === -1;
    if (node.outputs.length !== 1) return false;
    if (NORMS.has(node.opType)) return values.length === 1 && intOf(node, 'axis', -1) === -1;
    const others = node.inputs.filter((name) => !values.includes(name));
    const isSmall = others.every((name) => (this.#view.shape(name)?.length ?? 2) <= 1);
    return node.inputs.length === ELEMENTWISE.get(node.opType) && values.length > 0 && isSmall;
  }

  /** A value [batch, sequence, width]: embeddings of the ids, a product with a weight, or what is made of such number by number. */
  #isRows(name: string): boolean {
    const product = this.#view.made(name, 'MatMul');
    if (product !== null) return this.#isMatrix(product.inputs[1]);
    const embedding = this.#view.made(name, 'Gather');
    if (embedding !== null) {
      const isByIds = embedding.inputs[1] === this.#ids && intOf(embedding, 'axis', 0) === 0;
      return isByIds && this.#isMatrix(embedding.inputs[0]);
    }
    const node = this.#view.made(name, ...ELEMENTWISE.keys(), ...NORMS, 'Split');
    return node !== null && this.valuesOf(node).some((value) => this.#isRows(value));
  }

  /** A weight of two dimensions, or one with rows and columns exchanged. */
  #isMatrix(name: string | undefined): boolean {
    const turned = this.#view.made(name, 'Transpose');
    return this.#view.weight(turned === null ? name : turned.inputs[0])?.dims.length === 2;
  }
}
