/** Where a message lies in its file: bytes [start, end). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A dimension: a size, or the name of a symbolic one ('' where it has none). */
export type Dimension = number | string;

/** An input or output of a graph. */
export interface ValueInfo extends ByteRange {
  readonly name: string;
  /** As onnxruntime spells it: float32, int64, ...; 'unknown' for what is no tensor. */
  readonly elementType: string;
  readonly dims: readonly Dimension[];
}

/** Weights that lie in another file. */
export interface ExternalData {
  /** Path relative to the model file. */
  readonly location: string;
  readonly offset: number;
  /** Null where the model does not say: to the end of the file. */
  readonly length: number | null;
}

/** A constant tensor; its elements stay in the file. */
export interface Initializer extends ByteRange {
  readonly name: string;
  readonly elementType: string;
  readonly dims: readonly number[];
  readonly elements: number;
  readonly external: ExternalData | null;
  /** Where its elements lie in this file as little-endian bytes, null where they lie elsewhere or in typed fields. */
  readonly raw: ByteRange | null;
}

/** A node's attribute; a tensor's elements stay in the file. */
export interface Attribute extends ByteRange {
  readonly name: string;
  readonly int: number | null;
  readonly text: string | null;
  /** A list of integers; empty where it is none. */
  readonly ints: readonly number[];
  readonly graph: Graph | null;
  readonly tensor: Initializer | null;
}

export interface Node extends ByteRange {
  readonly name: string;
  readonly opType: string;
  /** '' for ai.onnx. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly Attribute[];
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: readonly Initializer[];
  /** Where its sparse initializers lie. */
  readonly sparse: readonly ByteRange[];
}

/** An ONNX file's structure, without its weights. */
export interface OnnxModel {
  readonly file: string;
  readonly sizeBytes: number;
  readonly irVersion: number;
  /** Where every top-level field lies that is no graph: versions, operator sets, local functions. */
  readonly frame: readonly ByteRange[];
  readonly producer: string;
  /** Opset version by domain ('' for ai.onnx). */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: Graph;
}

/** A graph and every graph inside its control flow. */
export function* graphsWithin(graph: Graph): Generator<Graph> {
  yield graph;
  for (const node of graph.nodes) {
    for (const { graph: inner } of node.attributes) if (inner !== null) yield* graphsWithin(inner);
  }
}

/** Names that a node's inner graphs may take from outside. */
export function outerNames(node: Node): string[] {
  return node.attributes.flatMap(({ graph }) =>
    graph === null
      ? []
      : [...graphsWithin(graph)].flatMap((inner) => [
          ...inner.nodes.flatMap(({ inputs }) => inputs),
          ...inner.outputs.map(({ name }) => name),
        ]),
  );
}

/** Arithmetic in float16 goes by its weights. */
export function hasHalfWeights(graph: Graph): boolean {
  return [...graphsWithin(graph)].some(({ initializers }) =>
    initializers.some(({ elementType }) => elementType === 'float16'),
  );
}
