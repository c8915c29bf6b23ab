import type { DecoderBuild } from './decoder-build.js';
import { MICROSOFT } from './graph-writer.js';
import { linear } from './linear.js';
import type { AttentionFrame } from './mask.js';
import { normalize } from './norm.js';
import { rotateFused, rotateHeads, type Rotation } from './positions.js';
import type { LayerWeights, NormWeights } from './weights.js';

export interface AttentionContext {
  readonly frame: AttentionFrame;
  readonly rotation: Rotation | null;
  /** Number of the layer, for the names of its cache. */
  readonly index: number;
}

interface Heads {
  readonly query: string;
  readonly key: string;
  readonly value: string;
}

/** Self-attention of one layer with its cache: [batch, sequence, hidden] to the same. */
export function attend(
  build: DecoderBuild,
  x: string,
  { layer, context }: { readonly layer: LayerWeights; readonly context: AttentionContext },
): string {
  declareCache(build, context.index);
  const heads = project(build, x, layer);
  const normed = {
    query: normalizeHeads(build, heads.query, { norm: layer.queryNorm, nHeads: build.shape.nHeads }),
    key: normalizeHeads(build, heads.key, { norm: layer.keyNorm, nHeads: build.shape.nKvHeads }),
    value: heads.value,
  };
  const mixed =
    build.style === 'fused' ? attendFused(build, normed, context) : attendPortable(build, normed, context);
  return linear(build, mixed, layer.attentionOutput);
}

function declareCache({ graph, shape }: DecoderBuild, index: number): void {
  for (const part of ['key', 'value']) {
    const dims = (length: string): (string | number)[] => [
      'batch_size',
      shape.nKvHeads,
      length,
      shape.headDim,
    ];
    graph.input(`past_key_values.${index}.${part}`, graph.floatType, dims('past_sequence_length'));
    graph.output(`present.${index}.${part}`, graph.floatType, dims('total_sequence_length'));
  }
}

/** Queries, keys and values, each [batch, sequence, heads * headDim]. */
function project(build: DecoderBuild, x: string, { qkv }: LayerWeights): Heads {
  const { graph, shape } = build;
  if (qkv.kind === 'separate') {
    return {
      query: linear(build, x, qkv.query),
      key: linear(build, x, qkv.key),
      value: linear(build, x, qkv.value),
    };
  }
  const all = linear(build, x, qkv.all);
  if (qkv.kind === 'parts') {
    const sizes = [shape.nHeads, shape.nKvHeads, shape.nKvHeads].map((n) => n * shape.headDim);
    const attributes = { axis: { int: -1 } };
    const [query = '', key = '', value = ''] = graph.split(
      { op: 'Split', inputs: [all, graph.ints(sizes)], attributes },
      3,
    );
    return { query, key, value };
  }
  const perHead = graph.op('Reshape', [all, graph.ints([0, 0, shape.nHeads, 3 * shape.headDim])]);
  const thirds = graph.ints([shape.headDim, shape.headDim, shape.headDim]);
  const parts = graph.split({ op: 'Split', inputs: [perHead, thirds], attributes: { axis: { int: -1 } } }, 3);
  const [query = '', key = '', value = ''] = parts.map((part) => merge(build, part));
  return { query, key, value };
}

function normalizeHeads(
  build: DecoderBuild,
  x: string,
  { norm, nHeads }: { readonly norm: NormWeights | null; readonly nHeads: number },
): string {
  if (norm === null) return x;
  if (build.shape.queryKeyNorm === 'full') return normalize(build, x, norm);
  const split = build.graph.op('Reshape', [x, build.graph.ints([0, 0, nHeads, build.shape.headDim])]);
  return merge(build, normalize(build, split, norm));
}

/** [batch, sequence, heads, headDim] to [batch, sequence, heads * headDim]. */
function merge({ graph }: DecoderBuild, x: string): string {
  return graph.op('Reshape', [x, graph.ints([0, 0, -1])]);
}

function attendFused(build: DecoderBuild, heads: Heads, context: AttentionContext): string {
  const { graph, shape } = build;
  const { frame, rotation, index } = context;
  const turned = (x: string, nHeads: number): string =>
    rotation === null ? x : rotateFused(build, x, { ...rotation, nHeads });
  return graph.node({
    op: 'GroupQueryAttention',
    domain: MICROSOFT,
    inputs: [
      turned(heads.query, shape.nHeads),
      turned(heads.key, shape.nKvHeads),
      heads.value,
      `past_key_values.${index}.key`,
      `past_key_values.${index}.value`,
      frame.fused?.lastIndex ?? '',
      frame.fused?.total ?? '',
      '', // cos_cache and sin_cache: rotated already, by position_ids
      '',
      '',
      frame.bias,
    ],
    outputs: [`layers.${index}/attention`, `present.${index}.key`, `present.${index}.value`],
    attributes: {
      num_heads: { int: shape.nHeads },
      kv_num_heads: { int: shape.nKvHeads },
      scale: { float: 1 / Math.sqrt(shape.headDim) },
    },
  })[0];
}

function attendPortable(build: DecoderBuild, heads: Heads, context: AttentionContext): string {
  const { graph, shape } = build;
  const { frame, rotation, index } = context;
  const split = (x: string, nHeads: number): string => {
    const apart = graph.op('Reshape', [x, graph.ints([0, 0, nHeads, shape.headDim])]);
    return graph.op('Transpose', [apart], { perm: { ints: [0, 2, 1, 3] } });
  };
  const turned = (x: string): string => (rotation === null ? x : rotateHeads(build, x, rotation));
  const cached = (x: string, part: string): string =>
    graph.node({
      op: 'Concat',
      inputs: [`past_key_values.${index}.${part}`, x],
      outputs: [`present.${index}.${part}`],
      attributes: { axis: { int: 2 } },
    })[0];
  const query = turned(split(heads.query, shape.nHeads));
  const key = cached(turned(split(heads.key, shape.nKvHeads)), 'key');
  const value = cached(split(heads.value, shape.nKvHeads), 'value');
  const scaled = graph.op('Mul', [query, graph.float(1 / Math.sqrt(shape.headDim))]);
  const mixed = mixHeads(build, { query: scaled, key, value }, frame);
  return merge(build, graph.op('Transpose', [mixed], { perm: { ints: [0, 2, 1, 3] } }));
}

/** softmax(q k^T + bias) v. Queries that share a key head stand below each other, so keys are never repeated. */
function mixHeads(build: DecoderBuild, { query, key, value }: Heads, frame: AttentionFrame): string {
  const { graph, shape } = build;
  const isGrouped = shape.nKvHeads < shape.nHeads;
  const grouped = (x: string, width: string): string =>
    isGrouped
      ? graph.op('Reshape', [
          x,
          graph.op('Concat', [graph.ints([0, shape.nKvHeads, -1]), width], { axis: { int: 0 } }),
        ])
      : x;
  const apart = (x: string, width: string): string =>
    isGrouped
      ? graph.op('Reshape', [
          x,
          graph.op('Concat', [graph.ints([0, shape.nHeads, -1]), width], { axis: { int: 0 } }),
        ])
      : x;
  const turnedKey = graph.op('Transpose', [key], { perm: { ints: [0, 1, 3, 2] } });
  const headDim = graph.ints([shape.headDim]);
  const scores = apart(graph.op('MatMul', [grouped(query, headDim), turnedKey]), frame.total);
  const weights = softmax(build, graph.op('Add', [scores, frame.bias]));
  return apart(graph.op('MatMul', [grouped(weights, frame.total), value]), headDim);
}

function softmax({ graph }: DecoderBuild, x: string): string {
  const attributes = { axis: { int: -1 } };
  if (graph.floatType === 'float32') return graph.op('Softmax', [x], attributes);
  return graph.castFloat(graph.op('Softmax', [graph.castFloat(x, 'float32')], attributes), 'float16');
}
