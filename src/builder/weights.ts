/** One tensor of a checkpoint, by the name that transformers gives it. */
export interface WeightRef {
  readonly tensor: string;
  readonly dims: readonly number[];
  /** How a matrix lies in the checkpoint: rows are outputs (Linear) or inputs (GPT-2's Conv1D). */
  readonly layout: 'out-in' | 'in-out';
}

/** Where the values of weights come from. */
export interface WeightSource {
  /** The values [start, start + count) of a tensor in row-major order, as float32. Throws SweepError where it is missing or of other dimensions. */
  read(ref: WeightRef, start: number, count: number): Float32Array;
}

export interface LinearWeights {
  readonly weight: WeightRef;
  readonly bias: WeightRef | null;
  readonly nIn: number;
  readonly nOut: number;
}

export interface NormWeights {
  readonly weight: WeightRef;
  readonly bias: WeightRef | null;
}

/** Queries, keys and values: three matrices, or one whose output holds all three ('parts') or head after head ('heads'). */
export type QkvWeights =
  | {
      readonly kind: 'separate';
      readonly query: LinearWeights;
      readonly key: LinearWeights;
      readonly value: LinearWeights;
    }
  | { readonly kind: 'parts' | 'heads'; readonly all: LinearWeights };

export interface LayerWeights {
  /** Before attention, or after it where the block order is post-norm. */
  readonly attentionNorm: NormWeights;
  readonly qkv: QkvWeights;
  readonly queryNorm: NormWeights | null;
  readonly keyNorm: NormWeights | null;
  readonly attentionOutput: LinearWeights;
  /** Before the feed-forward part, or after it where the block order is post-norm. */
  readonly feedForwardNorm: NormWeights;
  readonly gate: LinearWeights | null;
  readonly up: LinearWeights;
  readonly down: LinearWeights;
}

export interface DecoderWeights {
  readonly embedding: WeightRef;
  readonly positions: WeightRef | null;
  readonly layers: readonly LayerWeights[];
  readonly finalNorm: NormWeights;
  readonly head: LinearWeights;
}

/** Elements of a tensor. */
export function nElements(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
