import type { ByteSource } from '../byte-source.js';
import type { Graph, Initializer, Node } from '../graph.js';
import { fieldsOf, integersOf } from '../wire.js';
import { firstNames } from './same-values.js';

// What is read are axes, shapes, epsilons and frequencies; weights never.
const MOST_ELEMENTS = 256;
const READ = { float32: Float32Array, int64: BigInt64Array, int32: Int32Array } as const;
// Typed fields of a tensor that was not written as raw bytes.
const FLOAT_DATA = 4;
const INT32_DATA = 5;
const INT64_DATA = 7;

/**
 * A graph with what makes each value, and the numbers of its small constants. A value that is another one under a new name (see
 * `firstNames`) is that other one.
 */
export class GraphView {
  readonly graph: Graph;
  readonly #source: ByteSource;
  readonly #producers: ReadonlyMap<string, Node>;
  readonly #tensors: ReadonlyMap<string, Initializer>;
  readonly #firstNames: ReadonlyMap<string, string>;

  constructor(graph: Graph, source: ByteSource) {
    this.graph = graph;
    this.#source = source;
    this.#producers = new Map(
      graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
    );
    this.#tensors = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
    this.#firstNames = firstNames(graph);
  }

  /** The name under which a value is first made. */
  same(value: string | undefined): string {
    return this.#firstNames.get(value ?? '') ?? value ?? '';
  }

  /** What a node takes, each under its first name. */
  inputs(node: Node): string[] {
    return node.inputs.map((input) => this.same(input));
  }

  /** The node that makes a value, of whatever operator set. */
  producer(value: string | undefined): Node | null {
    return this.#producers.get(this.same(value)) ?? null;
  }

  /** The node that makes a value, if it is one of the given operators. */
  made(value: string | undefined, ...operators: readonly string[]): Node | null {
    const node = this.producer(value);
    return node?.domain === '' && operators.includes(node.opType) ? node : null;
  }

  weight(value: string | undefined): Initializer | null {
    return this.#tensors.get(this.same(value)) ?? null;
  }

  /** The shape of a constant. */
  shape(value: string | undefined): readonly number[] | null {
    return this.#constant(value)?.dims ?? null;
  }

  /** The numbers of a small constant, an initializer or a Constant node; null for anything else. */
  numbers(value: string | undefined): readonly number[] | null {
    const tensor = this.#constant(value);
    return tensor === null || tensor.elements > MOST_ELEMENTS ? null : this.#read(tensor);
  }

  /** The one number of a constant scalar. */
  scalar(value: string | undefined): number | null {
    const numbers = this.numbers(value);
    return numbers?.length === 1 ? (numbers[0] ?? null) : null;
  }

  #constant(value: string | undefined): Initializer | null {
    const node = this.made(value, 'Constant');
    if (node === null) return this.weight(value);
    return node.attributes.find(({ name }) => name === 'value')?.tensor ?? null;
  }

  #read(tensor: Initializer): readonly number[] | null {
    const { elementType, raw, external } = tensor;
    if (external !== null || !(elementType in READ)) return null;
    const Typed = READ[elementType as keyof typeof READ];
    const typed = (bytes: Uint8Array): number[] =>
      Array.from(new Typed(Uint8Array.from(bytes).buffer) as Iterable<number | bigint>, Number);
    if (raw !== null) return typed(this.#source.bytes(raw.start, raw.end));
    const numbers = [...fieldsOf(this.#source, tensor.start, tensor.end)].flatMap((field) => {
      if (field.number === FLOAT_DATA) return typed(this.#source.bytes(field.start, field.end));
      if (field.number === INT32_DATA || field.number === INT64_DATA) return integersOf(this.#source, field);
      return [];
    });
    return numbers.length === tensor.elements ? numbers : null;
  }
}

/** An integer attribute, or its default. */
export function intOf(node: Node, name: string, otherwise: number): number {
  return node.attributes.find((attribute) => attribute.name === name)?.int ?? otherwise;
}

/** A list of integers that an operator takes as an attribute in old operator sets and as an input in new ones. */
export function intsOf(
  view: GraphView,
  node: Node,
  { attribute, input }: { readonly attribute: string; readonly input: number },
): readonly number[] | null {
  const listed = node.attributes.find(({ name }) => name === attribute)?.ints ?? [];
  return listed.length > 0 ? listed : view.numbers(node.inputs[input]);
}
