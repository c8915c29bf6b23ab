/** Architectures whose graphs can be written, by config.json's `model_type`. */
export const MODEL_TYPES = [
  'llama',
  'mistral',
  'qwen2',
  'qwen3',
  'olmo2',
  'gpt_neox',
  'gpt2',
  'opt',
] as const;
export type ModelType = (typeof MODEL_TYPES)[number];

export type Activation = 'silu' | 'gelu' | 'gelu_tanh' | 'relu';

/** How a model knows where a token stands. */
export type Positions =
  | {
      readonly kind: 'rotary';
      /** Dimensions of a head that are rotated, the first ones; even. */
      readonly rotaryDim: number;
      /** Radians a position for every pair of dimensions: rotaryDim / 2 numbers, scaling included. */
      readonly inverseFrequencies: readonly number[];
    }
  | {
      readonly kind: 'learned';
      /** Row of the table that belongs to position 0. */
      readonly offset: number;
    };

/** Order of norm, sub-layer and residual in one block. */
export type BlockOrder = 'pre-norm' | 'parallel' | 'post-norm';

/** Everything that decides a decoder's graph, except its weights. */
export interface DecoderShape {
  readonly modelType: ModelType;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly nLayers: number;
  readonly nHeads: number;
  /** Heads of keys and values; a divisor of nHeads. */
  readonly nKvHeads: number;
  readonly headDim: number;
  readonly intermediateSize: number;
  /** Longest context in tokens. */
  readonly maxPositions: number;
  readonly norm: { readonly kind: 'rms' | 'layer'; readonly epsilon: number };
  readonly positions: Positions;
  readonly activation: Activation;
  readonly blockOrder: BlockOrder;
  /** Norms of queries and keys: none, one over each head, or one over all heads together. */
  readonly queryKeyNorm: 'none' | 'head' | 'full';
  /** A token sees this many tokens, itself included; null where it sees all before it. */
  readonly slidingWindow: number | null;
  /** Which linear layers add a bias. */
  readonly biases: {
    readonly qkv: boolean;
    readonly attentionOutput: boolean;
    readonly feedForward: boolean;
  };
  /** The head multiplies by the embedding table. */
  readonly isTied: boolean;
}
