import type { DecoderShape, ModelType } from './decoder-shape.js';
import type {
  DecoderWeights,
  LayerWeights,
  LinearWeights,
  NormWeights,
  QkvWeights,
  WeightRef,
} from './weights.js';

/** Names of one architecture's tensors in transformers' checkpoints; `layer` is a prefix that takes the layer's number. */
interface Naming {
  readonly embedding: string;
  readonly positions: string | null;
  readonly layer: string;
  readonly attentionNorm: string;
  readonly feedForwardNorm: string;
  readonly qkv: string | readonly [query: string, key: string, value: string];
  readonly attentionOutput: string;
  readonly gate: string | null;
  readonly up: string;
  readonly down: string;
  readonly finalNorm: string;
  readonly head: string;
}

const LLAMA: Naming = {
  embedding: 'model.embed_tokens',
  positions: null,
  layer: 'model.layers.',
  attentionNorm: 'input_layernorm',
  feedForwardNorm: 'post_attention_layernorm',
  qkv: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
  attentionOutput: 'self_attn.o_proj',
  gate: 'mlp.gate_proj',
  up: 'mlp.up_proj',
  down: 'mlp.down_proj',
  finalNorm: 'model.norm',
  head: 'lm_head',
};

const NAMINGS: Readonly<Record<ModelType, Naming>> = {
  llama: LLAMA,
  mistral: LLAMA,
  qwen2: LLAMA,
  qwen3: LLAMA,
  olmo2: {
    ...LLAMA,
    attentionNorm: 'post_attention_layernorm',
    feedForwardNorm: 'post_feedforward_layernorm',
  },
  gpt_neox: {
    embedding: 'gpt_neox.embed_in',
    positions: null,
    layer: 'gpt_neox.layers.',
    attentionNorm: 'input_layernorm',
    feedForwardNorm: 'post_attention_layernorm',
    qkv: 'attention.query_key_value',
    attentionOutput: 'attention.dense',
    gate: null,
    up: 'mlp.dense_h_to_4h',
    down: 'mlp.dense_4h_to_h',
    finalNorm: 'gpt_neox.final_layer_norm',
    head: 'embed_out',
  },
  gpt2: {
    embedding: 'transformer.wte',
    positions: 'transformer.wpe',
    layer: 'transformer.h.',
    attentionNorm: 'ln_1',
    feedForwardNorm: 'ln_2',
    qkv: 'attn.c_attn',
    attentionOutput: 'attn.c_proj',
    gate: null,
    up: 'mlp.c_fc',
    down: 'mlp.c_proj',
    finalNorm: 'transformer.ln_f',
    head: 'lm_head',
  },
  opt: {
    embedding: 'model.decoder.embed_tokens',
    positions: 'model.decoder.embed_positions',
    layer: 'model.decoder.layers.',
    attentionNorm: 'self_attn_layer_norm',
    feedForwardNorm: 'final_layer_norm',
    qkv: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
    attentionOutput: 'self_attn.out_proj',
    gate: null,
    up: 'fc1',
    down: 'fc2',
    finalNorm: 'model.decoder.final_layer_norm',
    head: 'lm_head',
  },
};

/** The tensors of a decoder, each with the name and dimensions that a checkpoint of its architecture has. */
export function nameWeights(shape: DecoderShape): DecoderWeights {
  const naming = NAMINGS[shape.modelType];
  const embedding = matrix(`${naming.embedding}.weight`, shape.vocabSize, shape.hiddenSize);
  const extraRows = shape.positions.kind === 'learned' ? shape.positions.offset : 0;
  return {
    embedding,
    positions:
      naming.positions === null
        ? null
        : matrix(`${naming.positions}.weight`, shape.maxPositions + extraRows, shape.hiddenSize),
    layers: Array.from({ length: shape.nLayers }, (_, index) => nameLayer(shape, naming, index)),
    finalNorm: norm(naming.finalNorm, shape),
    head: {
      weight: shape.isTied ? embedding : matrix(`${naming.head}.weight`, shape.vocabSize, shape.hiddenSize),
      bias: null,
      nIn: shape.hiddenSize,
      nOut: shape.vocabSize,
    },
  };
}

function nameLayer(shape: DecoderShape, naming: Naming, index: number): LayerWeights {
  const prefix = `${naming.layer}${index}.`;
  const { hiddenSize, intermediateSize, biases } = shape;
  const named = (name: string, size: LinearSize): LinearWeights =>
    linear(prefix + name, { ...size, isInputMajor: shape.modelType === 'gpt2' });
  const up = { nIn: hiddenSize, nOut: intermediateSize, hasBias: biases.feedForward };
  return {
    attentionNorm: norm(prefix + naming.attentionNorm, shape),
    qkv: nameQkv(shape, naming, named),
    queryNorm: queryKeyNorm(`${prefix}self_attn.q_norm`, shape, shape.nHeads),
    keyNorm: queryKeyNorm(`${prefix}self_attn.k_norm`, shape, shape.nKvHeads),
    attentionOutput: named(naming.attentionOutput, {
      nIn: shape.nHeads * shape.headDim,
      nOut: hiddenSize,
      hasBias: biases.attentionOutput,
    }),
    feedForwardNorm: norm(prefix + naming.feedForwardNorm, shape),
    gate: naming.gate === null ? null : named(naming.gate, up),
    up: named(naming.up, up),
    down: named(naming.down, { nIn: intermediateSize, nOut: hiddenSize, hasBias: biases.feedForward }),
  };
}

function nameQkv(
  shape: DecoderShape,
  naming: Naming,
  named: (name: string, size: LinearSize) => LinearWeights,
): QkvWeights {
  const queryWidth = shape.nHeads * shape.headDim;
  const keyWidth = shape.nKvHeads * shape.headDim;
  const sized = (name: string, nOut: number): LinearWeights =>
    named(name, { nIn: shape.hiddenSize, nOut, hasBias: shape.biases.qkv });
  if (typeof naming.qkv === 'string') {
    const kind = shape.modelType === 'gpt_neox' ? 'heads' : 'parts';
    return { kind, all: sized(naming.qkv, queryWidth + 2 * keyWidth) };
  }
  const [query, key, value] = naming.qkv;
  return {
    kind: 'separate',
    query: sized(query, queryWidth),
    key: sized(key, keyWidth),
    value: sized(value, keyWidth),
  };
}

interface LinearSize {
  readonly nIn: number;
  readonly nOut: number;
  readonly hasBias: boolean;
  readonly isInputMajor?: boolean;
}

function linear(name: string, { nIn, nOut, hasBias, isInputMajor = false }: LinearSize): LinearWeights {
  const weight: WeightRef = isInputMajor
    ? { tensor: `${name}.weight`, dims: [nIn, nOut], layout: 'in-out' }
    : matrix(`${name}.weight`, nOut, nIn);
  return { weight, bias: hasBias ? vector(`${name}.bias`, nOut) : null, nIn, nOut };
}

function norm(name: string, shape: DecoderShape): NormWeights {
  const bias = shape.norm.kind === 'layer' ? vector(`${name}.bias`, shape.hiddenSize) : null;
  return { weight: vector(`${name}.weight`, shape.hiddenSize), bias };
}

function queryKeyNorm(name: string, shape: DecoderShape, nHeads: number): NormWeights | null {
  if (shape.queryKeyNorm === 'none') return null;
  const width = shape.queryKeyNorm === 'head' ? shape.headDim : nHeads * shape.headDim;
  return { weight: vector(`${name}.weight`, width), bias: null };
}

function matrix(tensor: string, rows: number, columns: number): WeightRef {
  return { tensor, dims: [rows, columns], layout: 'out-in' };
}

function vector(tensor: string, length: number): WeightRef {
  return { tensor, dims: [length], layout: 'out-in' };
}
