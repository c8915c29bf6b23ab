import { bytesField, integerField, joinBytes, stringField } from '../encode-wire.js';
import type { Graph, Initializer, Node, OnnxModel } from '../graph.js';
import { newNode } from './source-parts.js';
import { integers, OWN } from './vocabulary.js';

// Weights that stay in a core's caches are read fast either way.
const LEAST_BYTES = 16 << 20;
const FLOAT_BYTES = 4;
export const CONTRIB = 'com.microsoft';

/** A product of activations with a weight [inner, width] of float32. */
export interface WeightProduct {
  readonly node: Node;
  readonly weight: Initializer;
  readonly inner: number;
  readonly width: number;
  /** The initializer holds the weight with rows and columns exchanged already. */
  readonly isTurned: boolean;
}

/** The products of a graph with float32 weights of two dimensions, by node. */
export function weightProducts(graph: Graph): Map<Node, WeightProduct> {
  const weights = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const turns = new Map(
    graph.nodes.flatMap((node) =>
      node.opType === 'Transpose' ? [[node.outputs[0] ?? '', node.inputs[0] ?? ''] as const] : [],
    ),
  );
  const found = new Map<Node, WeightProduct>();
  for (const node of graph.nodes) {
    if (node.opType !== 'MatMul' || node.domain !== '') continue;
    const [, factor = ''] = node.inputs;
    const isTurned = !weights.has(factor);
    const weight = weights.get(factor) ?? weights.get(turns.get(factor) ?? '');
    if (weight?.elementType !== 'float32' || weight.dims.length !== 2) continue;
    const [rows = 0, columns = 0] = weight.dims;
    const sizes = isTurned ? { inner: columns, width: rows } : { inner: rows, width: columns };
    found.set(node, { node, weight, isTurned, ...sizes });
  }
  return found;
}

/** Its products read so many weights that the way in which they are read decides the speed of a step. */
export function readsManyWeights({ graph }: OnnxModel): boolean {
  const products = [...weightProducts(graph).values()];
  return FLOAT_BYTES * products.reduce((sum, { weight }) => sum + weight.elements, 0) >= LEAST_BYTES;
}

/** The operator set of onnxruntime's own operators as a field of a model; nothing where the model has it. */
export function contribOpset({ opsets }: OnnxModel): Uint8Array[] {
  return opsets.has(CONTRIB) ? [] : [bytesField(8, joinBytes([stringField(1, CONTRIB), integerField(2, 1)]))];
}

/** Weights as left factors [width, inner], made once, outside of the loop. */
export class LeftFactors {
  readonly #fields = new Map<string, readonly Uint8Array[]>();

  /** What defines all factors that were asked for. */
  get fields(): Uint8Array[] {
    return [...this.#fields.values()].flat();
  }

  /** The name of the factor of one product, or of several one below the other. */
  of(products: readonly WeightProduct[]): string {
    const names = products.map((product) => this.#one(product));
    const [only = ''] = names;
    if (names.length === 1) return only;
    const output = `${OWN}left/${products.map(({ weight }) => weight.name).join('+')}`;
    const joined = newNode({
      op: 'Concat',
      inputs: names,
      outputs: [output],
      attributes: { axis: { int: 0 } },
    });
    this.#fields.set(output, [joined]);
    return output;
  }

  /** The name of an integer list that stays the same in all steps. */
  integers(values: readonly number[]): string {
    const name = `${OWN}left/${values.join(',')}`;
    this.#fields.set(name, [integers(name, values)]);
    return name;
  }

  #one({ weight, isTurned }: WeightProduct): string {
    if (isTurned) return weight.name;
    const output = `${OWN}left/${weight.name}`;
    const attributes = { perm: { ints: [1, 0] } };
    this.#fields.set(output, [
      newNode({ op: 'Transpose', inputs: [weight.name], outputs: [output], attributes }),
    ]);
    return output;
  }
}
