import { SweepError } from '../errors.js';
import { ModelConfig } from './model-config.js';
import { MODEL_TYPES, type Activation, type DecoderShape, type ModelType } from './decoder-shape.js';
import { rotaryOf } from './rotary-config.js';

type Common = Pick<
  DecoderShape,
  'modelType' | 'vocabSize' | 'hiddenSize' | 'nLayers' | 'nHeads' | 'intermediateSize' | 'maxPositions'
>;

/** The decoder that a transformers config.json describes. Throws SweepError for what is unknown or cannot be done. */
export function shapeOfConfig(values: Readonly<Record<string, unknown>>, path: string): DecoderShape {
  const config = new ModelConfig(values, path);
  const modelType = modelTypeOf(config);
  switch (modelType) {
    case 'gpt2':
      return gpt2Shape(config);
    case 'gpt_neox':
      return gptNeoxShape(config);
    case 'opt':
      return optShape(config);
    case 'llama':
    case 'mistral':
    case 'qwen2':
    case 'qwen3':
    case 'olmo2':
      return llamaLikeShape(config, modelType);
  }
}

function modelTypeOf(config: ModelConfig): ModelType {
  const found = config.values['model_type'];
  const known = MODEL_TYPES.find((type) => type === found);
  if (known !== undefined) return known;
  throw new SweepError(
    'UNSUPPORTED_MODEL',
    `Expected an architecture among ${MODEL_TYPES.join(', ')} in ${config.path}, got model_type ${JSON.stringify(found)}; export it with optimum instead and point at the result.`,
  );
}

function commonShape(config: ModelConfig, modelType: ModelType): Common {
  return {
    modelType,
    vocabSize: config.integer('vocab_size'),
    hiddenSize: config.integer('hidden_size'),
    nLayers: config.integer('num_hidden_layers'),
    nHeads: config.integer('num_attention_heads'),
    intermediateSize: config.integer('intermediate_size'),
    maxPositions: config.integer('max_position_embeddings'),
  };
}

function llamaLikeShape(config: ModelConfig, modelType: ModelType): DecoderShape {
  const common = commonShape(config, modelType);
  const headDim = config.integer('head_dim', common.hiddenSize / common.nHeads);
  const hasBias = config.flag('attention_bias', false);
  const isOlmo = modelType === 'olmo2';
  config.refuseUnless(
    !config.flag('use_sliding_window', false),
    'use_sliding_window',
    'one kind of attention',
  );
  return {
    ...common,
    nKvHeads: config.integer('num_key_value_heads', common.nHeads),
    headDim,
    norm: { kind: 'rms', epsilon: config.number('rms_norm_eps', 1e-6) },
    positions: rotaryOf(config, headDim, headDim),
    activation: activationOf(config, 'hidden_act', 'silu'),
    blockOrder: isOlmo ? 'post-norm' : 'pre-norm',
    queryKeyNorm: isOlmo ? 'full' : modelType === 'qwen3' ? 'head' : 'none',
    slidingWindow:
      modelType === 'mistral' && config.values['sliding_window'] != null
        ? config.integer('sliding_window')
        : null,
    biases: {
      qkv: modelType === 'qwen2' || hasBias,
      attentionOutput: modelType !== 'qwen2' && hasBias,
      feedForward: config.flag('mlp_bias', false),
    },
    isTied: config.flag('tie_word_embeddings', false),
  };
}

function gptNeoxShape(config: ModelConfig): DecoderShape {
  const common = commonShape(config, 'gpt_neox');
  const headDim = common.hiddenSize / common.nHeads;
  const hasBias = config.flag('attention_bias', true);
  const parameters = config.values['rope_parameters'] as Record<string, unknown> | undefined;
  const share = parameters?.['partial_rotary_factor'] ?? config.values['rotary_pct'] ?? 0.25;
  return {
    ...common,
    nKvHeads: common.nHeads,
    headDim,
    norm: { kind: 'layer', epsilon: config.number('layer_norm_eps', 1e-5) },
    positions: rotaryOf(config, headDim, Math.trunc(headDim * Number(share))),
    activation: activationOf(config, 'hidden_act', 'gelu'),
    blockOrder: config.flag('use_parallel_residual', true) ? 'parallel' : 'pre-norm',
    queryKeyNorm: 'none',
    slidingWindow: null,
    biases: { qkv: hasBias, attentionOutput: hasBias, feedForward: true },
    isTied: config.flag('tie_word_embeddings', false),
  };
}

function gpt2Shape(config: ModelConfig): DecoderShape {
  const hiddenSize = config.integer('n_embd');
  const nHeads = config.integer('n_head');
  config.refuseUnless(config.flag('scale_attn_weights', true), 'scale_attn_weights', 'scaled attention');
  config.refuseUnless(
    !config.flag('scale_attn_by_inverse_layer_idx', false),
    'scale_attn_by_inverse_layer_idx',
    'the same scale in every layer',
  );
  return {
    modelType: 'gpt2',
    vocabSize: config.integer('vocab_size'),
    hiddenSize,
    nLayers: config.integer('n_layer'),
    nHeads,
    nKvHeads: nHeads,
    headDim: hiddenSize / nHeads,
    intermediateSize: config.integer('n_inner', 4 * hiddenSize),
    maxPositions: config.integer('n_positions'),
    norm: { kind: 'layer', epsilon: config.number('layer_norm_epsilon', 1e-5) },
    positions: { kind: 'learned', offset: 0 },
    activation: activationOf(config, 'activation_function', 'gelu_new'),
    ...LEARNED,
    biases: { qkv: true, attentionOutput: true, feedForward: true },
    isTied: config.flag('tie_word_embeddings', true),
  };
}

const LEARNED = { blockOrder: 'pre-norm', queryKeyNorm: 'none', slidingWindow: null } as const;

function optShape(config: ModelConfig): DecoderShape {
  const { hidden_size: hiddenSize } = config.values;
  config.refuseUnless(
    config.flag('do_layer_norm_before', true),
    'do_layer_norm_before',
    'norms before layers',
  );
  config.refuseUnless(
    (config.values['word_embed_proj_dim'] ?? hiddenSize) === hiddenSize,
    'word_embed_proj_dim',
    `word_embed_proj_dim = hidden_size = ${String(hiddenSize)}`,
  );
  const common = commonShape(
    new ModelConfig({ ...config.values, intermediate_size: config.values['ffn_dim'] }, config.path),
    'opt',
  );
  const hasBias = config.flag('enable_bias', true);
  return {
    ...common,
    nKvHeads: common.nHeads,
    headDim: common.hiddenSize / common.nHeads,
    norm: { kind: 'layer', epsilon: 1e-5 },
    positions: { kind: 'learned', offset: 2 },
    activation: activationOf(config, 'activation_function', 'relu'),
    ...LEARNED,
    biases: { qkv: hasBias, attentionOutput: hasBias, feedForward: hasBias },
    isTied: config.flag('tie_word_embeddings', true),
  };
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  relu: 'relu',
};

function activationOf(config: ModelConfig, key: string, fallback: string): Activation {
  const found = ACTIVATIONS[config.text(key, fallback)];
  config.refuseUnless(found !== undefined, key, `an activation among ${Object.keys(ACTIVATIONS).join(', ')}`);
  return found ?? 'gelu';
}
