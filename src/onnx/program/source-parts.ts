import { basename } from 'node:path';
import type { ByteSource } from '../byte-source.js';
import { encodeNode, type NodeSpec } from '../encode-model.js';
import { bytesField, integerField, joinBytes, packedIntegersField, stringField } from '../encode-wire.js';
import type { ByteRange, Initializer, Node, OnnxModel } from '../graph.js';
import { fieldsOf, textOf } from '../wire.js';

// Shapes and axes must stand in the graph, where onnxruntime infers from them; what is larger is a weight.
const INLINE_BYTES = 1024;
// Before, every initializer had to be an input as well: https://github.com/onnx/onnx/releases/tag/v1.4.0
const LEAST_IR_VERSION = 4;

/** Pieces of a model file as bytes of a new one: nodes copied as they are, weights by reference to where they lie. */
export class SourceParts {
  readonly model: OnnxModel;
  readonly #source: ByteSource;
  readonly #names: ReadonlyMap<string, string>;

  /** `names` are other locations of the model's weights, by those that it names (see `WeightPlaces`). */
  constructor(model: OnnxModel, source: ByteSource, names: ReadonlyMap<string, string> = new Map()) {
    this.model = model;
    this.#source = source;
    this.#names = names;
  }

  /** Everything at the top level but the graph. */
  frame(): Uint8Array {
    // The last of a field that stands twice holds.
    const newer = this.model.irVersion < LEAST_IR_VERSION ? [integerField(1, LEAST_IR_VERSION)] : [];
    return joinBytes([...this.model.frame.map((range) => this.#copy(range)), ...newer]);
  }

  /** The initializers as fields of a graph: small ones copied, large ones as external data in the model file itself. */
  initializers(): Uint8Array[] {
    const { graph } = this.model;
    return [...this.tensors(graph.initializers), ...graph.sparse.map((range) => this.#copy(range))];
  }

  /** The same of some initializers, also of an inner graph. */
  tensors(initializers: readonly Initializer[]): Uint8Array[] {
    return initializers.map((tensor) => bytesField(5, this.#tensor(tensor)));
  }

  /** An input (field 11) or output (field 12) as it is. */
  value(field: 11 | 12, range: ByteRange): Uint8Array {
    return bytesField(field, this.#copy(range));
  }

  /** A node as it is. */
  node(node: Node): Uint8Array {
    return bytesField(1, this.#copy(node));
  }

  /** A node under other names; its attributes are copied as they are. */
  renamed(node: Node, rename: (name: string) => string): Uint8Array {
    const parts: Uint8Array[] = [];
    for (const field of fieldsOf(this.#source, node.start, node.end)) {
      if (field.number === 1 || field.number === 2) {
        const name = textOf(this.#source, field);
        parts.push(stringField(field.number, name === '' ? '' : rename(name)));
      } else if (field.number !== 3) {
        parts.push(this.#copy({ start: field.tagStart, end: field.end }));
      }
    }
    return bytesField(1, joinBytes(parts));
  }

  /** A node with other inputs, and without one of its attributes. */
  rewired(node: Node, inputs: readonly string[], without?: string): Uint8Array {
    const dropped = node.attributes.find(({ name }) => name === without);
    const rest = [...fieldsOf(this.#source, node.start, node.end)].filter(
      ({ number, start }) => number !== 1 && !(number === 5 && start === dropped?.start),
    );
    return bytesField(
      1,
      joinBytes([
        ...inputs.map((name) => stringField(1, name)),
        ...rest.map((field) => this.#copy({ start: field.tagStart, end: field.end })),
      ]),
    );
  }

  #tensor(tensor: Initializer): Uint8Array {
    const { raw, name, dims, external } = tensor;
    if (external !== null) return this.#moved(tensor, external.location);
    if (raw === null || raw.end - raw.start <= INLINE_BYTES) return this.#copy(tensor);
    const type = [...fieldsOf(this.#source, tensor.start, tensor.end)].find(({ number }) => number === 2);
    return joinBytes([
      packedIntegersField(1, dims),
      integerField(2, type?.value ?? 0),
      stringField(8, name),
      bytesField(13, entry('location', this.#located(basename(this.model.file)))),
      bytesField(13, entry('offset', String(raw.start))),
      bytesField(13, entry('length', String(raw.end - raw.start))),
      integerField(14, 1),
    ]);
  }

  /** A tensor in another file, under the location that this has now. */
  #moved(tensor: Initializer, location: string): Uint8Array {
    const located = this.#located(location);
    if (located === location) return this.#copy(tensor);
    const kept = [...fieldsOf(this.#source, tensor.start, tensor.end)].filter(
      (field) => field.number !== 13 || !this.#isLocation(field),
    );
    return joinBytes([
      ...kept.map((field) => this.#copy({ start: field.tagStart, end: field.end })),
      bytesField(13, entry('location', located)),
    ]);
  }

  #isLocation({ start, end }: ByteRange): boolean {
    const key = [...fieldsOf(this.#source, start, end)].find(({ number }) => number === 1);
    return key !== undefined && textOf(this.#source, key) === 'location';
  }

  #located(location: string): string {
    return this.#names.get(location) ?? location;
  }

  #copy({ start, end }: ByteRange): Uint8Array {
    return Uint8Array.from(this.#source.bytes(start, end));
  }
}

function entry(key: string, value: string): Uint8Array {
  return joinBytes([stringField(1, key), stringField(2, value)]);
}

/** A new node as a field of a graph. */
export function newNode(node: Omit<NodeSpec, 'name'>): Uint8Array {
  return bytesField(1, encodeNode({ ...node, name: '' }));
}
