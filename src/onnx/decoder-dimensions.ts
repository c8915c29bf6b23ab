import type { DecoderDimensions } from './decoder-work.js';
import { decoderSignature, type CacheTensor } from './decoder-signature.js';
import { bytesOfElements } from './element-type.js';
import { graphsWithin, type OnnxModel } from './graph.js';
import { countParameters } from './parameters.js';

type Config = Readonly<Record<string, unknown>>;

/** Dimensions of a decoder from its graph and its config.json; what neither tells is null, an unknown vocabulary 0. */
export function decoderDimensions(model: OnnxModel, config: Config): DecoderDimensions {
  const { cache, vocabularySize } = decoderSignature(model);
  const { all, lookedUp } = weightBytes(model);
  const hidden = numberIn(config, 'hidden_size', 'n_embd', 'd_model');
  const heads = numberIn(config, 'num_attention_heads', 'n_head');
  const headSize =
    numberIn(config, 'head_dim') ?? (hidden !== null && heads !== null ? hidden / heads : null);
  return {
    nParamsNonEmbedding: countParameters(model, config['tie_word_embeddings'] === true).nonEmbedding,
    readBytes: all - lookedUp,
    nLayers: Math.ceil(cache.length / 2) || (numberIn(config, 'num_hidden_layers', 'n_layer') ?? 0),
    attentionWidth: heads === null || headSize === null ? null : heads * headSize,
    hiddenSize: hidden,
    vocabularySize: vocabularySize ?? numberIn(config, 'vocab_size') ?? 0,
    cacheBytesPerToken: cache.reduce((sum, tensor) => sum + bytesPerToken(tensor), 0),
  };
}

/** Bytes of all weights, and of those of which a pass reads single rows only. */
export function weightBytes(model: OnnxModel): { readonly all: number; readonly lookedUp: number } {
  let all = 0;
  let lookedUp = 0;
  for (const { initializers, nodes } of graphsWithin(model.graph)) {
    const tables = new Set(nodes.filter(({ opType }) => opType === 'Gather').map(({ inputs }) => inputs[0]));
    const rotation = new Set(
      nodes.filter(({ opType }) => opType === 'RotaryEmbedding').flatMap(({ inputs }) => inputs.slice(2)),
    );
    for (const { name, elementType, elements } of initializers) {
      const bytes = bytesOfElements(elementType, elements) ?? 0;
      all += bytes;
      if (tables.has(name) || rotation.has(name)) lookedUp += bytes;
    }
  }
  return { all, lookedUp };
}

function bytesPerToken({ dims, elementType }: CacheTensor): number {
  const elements = dims.reduce<number>((product, dim) => product * (dim ?? 1), 1);
  return bytesOfElements(elementType, elements) ?? 0;
}

function numberIn(config: Config, ...names: readonly string[]): number | null {
  const found = names.map((name) => config[name]).find((value) => typeof value === 'number');
  return found ?? null;
}
