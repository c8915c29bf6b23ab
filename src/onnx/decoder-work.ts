/** What work a token makes, as far as graph and configuration tell. */
export interface DecoderDimensions {
  readonly nParamsNonEmbedding: number;
  /** Bytes of weights that every forward pass reads: all but the tables that are only looked up. */
  readonly readBytes: number;
  readonly nLayers: number;
  /** Query heads times head size, null where it is not known. */
  readonly attentionWidth: number | null;
  readonly hiddenSize: number | null;
  readonly vocabularySize: number;
  /** Bytes that one token adds to the cache. */
  readonly cacheBytesPerToken: number;
}

/** A stretch of one sequence: `count` tokens behind `from` others, of which `rows` are asked for their prediction. */
export interface Stretch {
  readonly from: number;
  readonly count: number;
  readonly rows: number;
}

/**
 * Useful floating-point operations of a stretch: 2 N a token (Kaplan et al. 2020, N without embeddings), attention's 4 d a
 * token, layer and position seen, and the head for the rows that are asked.
 */
export function stretchFlops(model: DecoderDimensions, { from, count, rows }: Stretch): number {
  const body = 2 * model.nParamsNonEmbedding * count;
  const seen = count * from + (count * (count + 1)) / 2;
  const attention = 4 * (model.attentionWidth ?? 0) * model.nLayers * seen;
  const head = 2 * (model.hiddenSize ?? 0) * model.vocabularySize * rows;
  return body + attention + head;
}

/** Bytes that a forward pass must read at least: its weights, and the cache of the tokens before. */
export function passBytes(model: DecoderDimensions, cachedTokens: number): number {
  return model.readBytes + cachedTokens * model.cacheBytesPerToken;
}
