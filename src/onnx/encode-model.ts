import {
  bytesField,
  floatField,
  integerField,
  joinBytes,
  packedFloatsField,
  packedIntegersField,
  stringField,
} from './encode-wire.js';

/** Element types that this project writes, with ONNX's numbers (TensorProto.DataType). */
export const TENSOR_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
} as const;
export type TensorType = keyof typeof TENSOR_TYPES;

/** A node attribute; its key says its kind, because ONNX tells integers from floats. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  /** A sub-graph, encoded. */
  | { readonly graph: Uint8Array };

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name: string;
  /** Operator set; the standard one when left out. */
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** Where a tensor's bytes are: here, or at an offset of a file beside the model. */
export type TensorContent =
  | { readonly raw: Uint8Array }
  | { readonly location: string; readonly offset: number; readonly length: number };

export interface TensorSpec {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly content: TensorContent;
}

/** A graph input or output; text dimensions are symbolic. */
export interface ValueSpec {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly (number | string)[];
}

export interface GraphSpec {
  readonly name: string;
  readonly nodes: readonly NodeSpec[];
  readonly initializers: readonly TensorSpec[];
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
}

export interface ModelSpec {
  readonly graph: GraphSpec;
  /** Version of every operator set used, by domain ('' is the standard one). */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The IR version that introduced opset 20, the newest that any graph here needs. */
const IR_VERSION = 9;

/** The bytes of a `.onnx` file. Tensors with outside content must be written to their file by the caller. */
export function encodeModel(model: ModelSpec): Uint8Array {
  return joinBytes([
    integerField(1, IR_VERSION),
    stringField(2, 'scalesweep'),
    bytesField(7, encodeGraph(model.graph)),
    ...Object.entries(model.opsets).map(([domain, version]) =>
      bytesField(8, joinBytes([stringField(1, domain), integerField(2, version)])),
    ),
    ...Object.entries(model.metadata).map(([key, value]) => bytesField(14, encodeEntry(key, value))),
  ]);
}

/** The bytes of a GraphProto, as a model's graph or as a node's attribute. */
export function encodeGraph(graph: GraphSpec): Uint8Array {
  return joinBytes([
    ...graph.nodes.map((node) => bytesField(1, encodeNode(node))),
    stringField(2, graph.name),
    ...graph.initializers.map((tensor) => bytesField(5, encodeTensor(tensor))),
    ...graph.inputs.map((value) => bytesField(11, encodeValue(value))),
    ...graph.outputs.map((value) => bytesField(12, encodeValue(value))),
  ]);
}

/** The bytes of a NodeProto. */
export function encodeNode(node: NodeSpec): Uint8Array {
  return joinBytes([
    ...node.inputs.map((input) => stringField(1, input)),
    ...node.outputs.map((output) => stringField(2, output)),
    stringField(3, node.name),
    stringField(4, node.op),
    ...Object.entries(node.attributes ?? {}).map(([name, value]) =>
      bytesField(5, encodeAttribute(name, value)),
    ),
    ...(node.domain === undefined ? [] : [stringField(7, node.domain)]),
  ]);
}

/** The bytes of a TensorProto. */
export function encodeTensor(tensor: TensorSpec): Uint8Array {
  const content = tensor.content;
  return joinBytes([
    packedIntegersField(1, tensor.dims),
    integerField(2, TENSOR_TYPES[tensor.type]),
    stringField(8, tensor.name),
    ...('raw' in content
      ? [bytesField(9, content.raw)]
      : [
          bytesField(13, encodeEntry('location', content.location)),
          bytesField(13, encodeEntry('offset', String(content.offset))),
          bytesField(13, encodeEntry('length', String(content.length))),
          integerField(14, 1),
        ]),
  ]);
}

/** The bytes of a ValueInfoProto. */
export function encodeValue(value: ValueSpec): Uint8Array {
  const dims = value.dims.map((dim) =>
    bytesField(1, typeof dim === 'number' ? integerField(1, dim) : stringField(2, dim)),
  );
  const tensorType = joinBytes([integerField(1, TENSOR_TYPES[value.type]), bytesField(2, joinBytes(dims))]);
  return joinBytes([stringField(1, value.name), bytesField(2, bytesField(1, tensorType))]);
}

function encodeAttribute(name: string, value: Attribute): Uint8Array {
  const [type, payload] = attributePayload(value);
  return joinBytes([stringField(1, name), payload, integerField(20, type)]);
}

/** AttributeProto's type number and its one filled field. */
function attributePayload(value: Attribute): [number, Uint8Array] {
  if ('float' in value) return [1, floatField(2, value.float)];
  if ('int' in value) return [2, integerField(3, value.int)];
  if ('text' in value) return [3, stringField(4, value.text)];
  if ('graph' in value) return [5, bytesField(6, value.graph)];
  if ('floats' in value) return [6, packedFloatsField(7, value.floats)];
  return [7, packedIntegersField(8, value.ints)];
}

function encodeEntry(key: string, value: string): Uint8Array {
  return joinBytes([stringField(1, key), stringField(2, value)]);
}
