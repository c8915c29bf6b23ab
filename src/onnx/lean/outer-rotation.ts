import type { DecoderSignature } from '../decoder-signature.js';
import type { Graph, Node, OnnxModel } from '../graph.js';
import { newNode, SourceParts } from '../program/source-parts.js';
import { integers, OWN } from '../program/vocabulary.js';
import { CONTRIB } from '../program/wide-products.js';
import { rewrittenModel, type ModelInSource } from './rewritten-model.js';

// Inputs of GroupQueryAttention: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
const [QUERY, KEY, VALUE, COS, SIN, POSITIONS, BIAS] = [0, 1, 2, 7, 8, 9, 10];
const ROTATES = 'do_rotary';
const SPLIT_BY_INPUT = 13;

/** What such attention is told instead of counting columns. */
export interface Told {
  /** int64 [rows, columns]. */
  readonly positions: string;
  /** A bias that hides padding; none: there is no padding. */
  readonly bias?: string;
}

/**
 * A model whose GroupQueryAttention rotates queries and keys by the columns that it counts, as onnxruntime-genai writes it, with that
 * rotation before the attention and by positions that are given. A model without is given back as it is.
 */
export function rotatedOutside(given: ModelInSource, { cache }: DecoderSignature, told: Told): ModelInSource {
  const { model, source } = given;
  if (!model.graph.nodes.some(rotatesByColumns)) return given;
  const parts = new SourceParts(model, source);
  const width = cache[0]?.dims.at(-1) ?? 0;
  return rewrittenModel(given, parts, {
    name: 'rotated outside',
    fields: model.graph.nodes.flatMap((node, index) =>
      rotatesByColumns(node)
        ? apart(parts, node, { ...told, width, own: (name) => `${OWN}rotated/${index}/${name}` })
        : [parts.node(node)],
    ),
  });
}

/** The same of a graph's structure alone: attention that takes what is rotated already. */
export function graphRotatedOutside(graph: Graph): Graph {
  const nodes = graph.nodes.map((node) =>
    rotatesByColumns(node) ? { ...node, attributes: rest(node) } : node,
  );
  return { ...graph, nodes };
}

/** Whether positions can be given to a model that takes none: every attention rotates by itself, so it has no other way to know them. */
export function countsInAttention({ graph, opsets }: Pick<OnnxModel, 'graph' | 'opsets'>): boolean {
  const attentions = graph.nodes.filter(({ opType }) => opType.endsWith('Attention'));
  return (
    attentions.length > 0 && attentions.every(rotatesByColumns) && (opsets.get('') ?? 0) >= SPLIT_BY_INPUT
  );
}

/**
 * Whether rows of different length can be padded on the left once attention is told what it counts: it takes no mask of its own, and
 * its rotation is of whole heads.
 */
export function canBeTold({ graph, opsets }: OnnxModel, { cache }: DecoderSignature): boolean {
  const width = cache[0]?.dims.at(-1);
  const tables = new Map(graph.initializers.map(({ name, dims }) => [name, dims]));
  return (
    countsInAttention({ graph, opsets }) &&
    graph.nodes.filter(rotatesByColumns).every(({ inputs }) => {
      const half = tables.get(inputs[COS] ?? '')?.[1];
      return (inputs[BIAS] ?? '') === '' && half !== undefined && 2 * half === width;
    })
  );
}

function rotatesByColumns({ opType, attributes, inputs }: Node): boolean {
  const rotates = attributes.some(({ name, int }) => name === ROTATES && int === 1);
  return opType === 'GroupQueryAttention' && rotates && (inputs[POSITIONS] ?? '') === '';
}

function rest({ attributes }: Node): Node['attributes'] {
  return attributes.filter(({ name }) => name !== ROTATES);
}

interface Rotation extends Told {
  /** Of a head. */
  readonly width: number;
  readonly own: (name: string) => string;
}

/** An attention with its rotation before it, and queries, keys and values apart where they come as one. */
function apart(parts: SourceParts, node: Node, { positions, bias, width, own }: Rotation): Uint8Array[] {
  const number = (wanted: string): number => node.attributes.find(({ name }) => name === wanted)?.int ?? 0;
  const isOne = (node.inputs[KEY] ?? '') === '';
  const [query = '', key = '', value = ''] = isOne
    ? [own('query'), own('key'), own('value')]
    : [node.inputs[QUERY], node.inputs[KEY], node.inputs[VALUE]];
  const [queryWidth, keyWidth] = [number('num_heads') * width, number('kv_num_heads') * width];
  const rotate = (input: string, output: string): Uint8Array =>
    newNode({
      op: 'RotaryEmbedding',
      domain: CONTRIB,
      inputs: [input, positions, node.inputs[COS] ?? '', node.inputs[SIN] ?? ''],
      outputs: [output],
      attributes: { interleaved: { int: number('rotary_interleaved') } },
    });
  const split = [
    integers(own('widths'), [queryWidth, keyWidth, keyWidth]),
    newNode({
      op: 'Split',
      inputs: [node.inputs[QUERY] ?? '', own('widths')],
      outputs: [query, key, value],
      attributes: { axis: { int: -1 } },
    }),
  ];
  const rotated = [own('rotated_query'), own('rotated_key'), value];
  const length = Math.max(node.inputs.length, bias === undefined ? 0 : BIAS + 1);
  const inputs = Array.from({ length }, (_, at) => {
    if (at === COS || at === SIN) return '';
    return at === BIAS && bias !== undefined ? bias : (rotated[at] ?? node.inputs[at] ?? '');
  });
  return [
    ...(isOne ? split : []),
    rotate(query, own('rotated_query')),
    rotate(key, own('rotated_key')),
    parts.rewired(node, inputs, ROTATES),
  ];
}
