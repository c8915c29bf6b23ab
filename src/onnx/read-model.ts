import { FileSource, type ByteSource } from './byte-source.js';
import { elementTypeName } from './element-type.js';
import type {
  Attribute,
  ByteRange,
  Dimension,
  Graph,
  Initializer,
  Node,
  OnnxModel,
  ValueInfo,
} from './graph.js';
import { inOrder } from './node-order.js';
import { badModel, fieldsOf, integersOf, textOf, type Field } from './wire.js';

// Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.

/** Reads an ONNX file's structure; weights are skipped, never decoded. Throws SweepError BAD_MODEL for a damaged file. */
export function readModelFile(file: string): OnnxModel {
  using source = new FileSource(file);
  return readModel(source);
}

/** The same from any byte source. */
export function readModel(source: ByteSource): OnnxModel {
  const fields = [...fieldsOf(source)];
  const graphs = fields.filter(({ number }) => number === 7);
  const opsets = new Map(
    fields.filter(({ number }) => number === 8).map((field) => readOpset(source, field)),
  );
  if (graphs.length === 0 || opsets.size === 0) {
    throw badModel(source, `it holds no ${graphs.length === 0 ? 'graph' : 'opset'} (${source.size} bytes)`);
  }
  const producer = fields.find(({ number }) => number === 2);
  return {
    file: source.name,
    sizeBytes: source.size,
    irVersion: fields.find(({ number }) => number === 1)?.value ?? 0,
    producer: producer === undefined ? '' : textOf(source, producer),
    opsets,
    frame: fields.filter(({ number }) => number !== 7).map(({ tagStart, end }) => ({ start: tagStart, end })),
    graph: readGraph(source, graphs),
  };
}

function readOpset(source: ByteSource, field: Field): [domain: string, version: number] {
  let domain = '';
  let version = 0;
  for (const inner of fieldsOf(source, field.start, field.end)) {
    if (inner.number === 1) domain = textOf(source, inner);
    if (inner.number === 2) version = inner.value;
  }
  return [domain === 'ai.onnx' ? '' : domain, version];
}

// A message that was written in several pieces is their concatenation.
function readGraph(source: ByteSource, pieces: readonly Field[]): Graph {
  const graph = {
    nodes: [] as Node[],
    inputs: [] as ValueInfo[],
    outputs: [] as ValueInfo[],
    initializers: [] as Initializer[],
    sparse: [] as ByteRange[],
  };
  for (const piece of pieces) {
    for (const field of fieldsOf(source, piece.start, piece.end)) {
      if (field.number === 1) graph.nodes.push(readNode(source, field));
      else if (field.number === 5) graph.initializers.push(readTensor(source, field));
      else if (field.number === 11) graph.inputs.push(readValueInfo(source, field));
      else if (field.number === 15) graph.sparse.push({ start: field.tagStart, end: field.end });
      else if (field.number === 12) graph.outputs.push(readValueInfo(source, field));
    }
  }
  return { ...graph, nodes: inOrder(graph.nodes) };
}

function readNode(source: ByteSource, { start, end }: Field): Node {
  const node = { name: '', opType: '', domain: '' };
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Attribute[] = [];
  for (const field of fieldsOf(source, start, end)) {
    if (field.number === 1) inputs.push(textOf(source, field));
    else if (field.number === 2) outputs.push(textOf(source, field));
    else if (field.number === 3) node.name = textOf(source, field);
    else if (field.number === 4) node.opType = textOf(source, field);
    else if (field.number === 5) attributes.push(readAttribute(source, field));
    else if (field.number === 7) node.domain = textOf(source, field);
  }
  const domain = node.domain === 'ai.onnx' ? '' : node.domain;
  return { ...node, domain, inputs, outputs, attributes, start, end };
}

function readAttribute(source: ByteSource, { start, end }: Field): Attribute {
  let name = '';
  let int: number | null = null;
  let text: string | null = null;
  let tensor: Initializer | null = null;
  const ints: number[] = [];
  const graphs: Field[] = [];
  for (const field of fieldsOf(source, start, end)) {
    if (field.number === 1) name = textOf(source, field);
    else if (field.number === 3) int = field.value;
    else if (field.number === 4) text = textOf(source, field);
    else if (field.number === 5) tensor = readTensor(source, field);
    else if (field.number === 6) graphs.push(field);
    else if (field.number === 8) ints.push(...integersOf(source, field));
  }
  const graph = graphs.length === 0 ? null : readGraph(source, graphs);
  return { name, int, text, ints, tensor, graph, start, end };
}

function readTensor(source: ByteSource, { start, end }: Field): Initializer {
  let name = '';
  let elementType = 'unknown';
  const dims: number[] = [];
  const external = new Map<string, string>();
  let raw: ByteRange | null = null;
  for (const field of fieldsOf(source, start, end)) {
    if (field.number === 1) dims.push(...integersOf(source, field));
    else if (field.number === 2) elementType = elementTypeName(field.value);
    else if (field.number === 8) name = textOf(source, field);
    else if (field.number === 9) raw = { start: field.start, end: field.end };
    else if (field.number === 13) external.set(...readEntry(source, field));
  }
  const elements = dims.reduce((product, dim) => product * dim, 1);
  const location = external.get('location');
  const length = external.get('length');
  const data =
    location === undefined
      ? null
      : {
          location,
          offset: Number(external.get('offset') ?? 0),
          length: length === undefined ? null : Number(length),
        };
  return { name, elementType, dims, elements, external: data, raw, start, end };
}

function readEntry(source: ByteSource, entry: Field): [key: string, value: string] {
  let key = '';
  let value = '';
  for (const field of fieldsOf(source, entry.start, entry.end)) {
    if (field.number === 1) key = textOf(source, field);
    if (field.number === 2) value = textOf(source, field);
  }
  return [key, value];
}

function readValueInfo(source: ByteSource, { start, end }: Field): ValueInfo {
  let name = '';
  let elementType = 'unknown';
  let dims: Dimension[] = [];
  for (const field of fieldsOf(source, start, end)) {
    if (field.number === 1) name = textOf(source, field);
    if (field.number !== 2) continue;
    for (const type of fieldsOf(source, field.start, field.end)) {
      if (type.number === 1) ({ elementType, dims } = readTensorType(source, type));
    }
  }
  return { name, elementType, dims, start, end };
}

function readTensorType(source: ByteSource, type: Field): { elementType: string; dims: Dimension[] } {
  let elementType = 'unknown';
  const dims: Dimension[] = [];
  for (const field of fieldsOf(source, type.start, type.end)) {
    if (field.number === 1) elementType = elementTypeName(field.value);
    if (field.number !== 2) continue;
    for (const dim of fieldsOf(source, field.start, field.end)) {
      if (dim.number === 1) dims.push(readDimension(source, dim));
    }
  }
  return { elementType, dims };
}

function readDimension(source: ByteSource, dim: Field): Dimension {
  for (const field of fieldsOf(source, dim.start, dim.end)) {
    if (field.number === 1) return field.value;
    if (field.number === 2) return textOf(source, field);
  }
  return '';
}
