/** What decides how much memory a token of a batch takes while it is computed. */
export interface BatchMemory {
  readonly hiddenSize: number;
  /** Query heads times head size. */
  readonly attentionWidth: number;
  readonly vocabularySize: number;
  readonly cacheBytesPerToken: number;
  /** Longest row. */
  readonly maxLength: number;
  /** Of the device, less the weights that all sessions hold. */
  readonly freeBytes: number;
  /** Sessions that run side by side. */
  readonly sessions: number;
  readonly device: string;
}

// Beyond these a larger batch brings nothing: a CPU is busy with less, a GPU needs more.
const MOST = { cpu: 4096, gpu: 16_384 };
const LEAST = 256;
/** Memory that activations may take: the rest is for arenas that grow in steps, the runtime and other programs. */
const SHARE = 0.4;

const FLOAT_BYTES = 4;
/** Tensors of a layer that live at once, in widths of the state: residual, norm, queries to values, both sides of a gated feed-forward. */
const LIVE_WIDTHS = 16;
/** Copies of the logits in the scoring head: as they are, shifted, exponentials. */
const LIVE_LOGITS = 3;
/** Scores before and after the softmax. */
const LIVE_SCORES = 2;
const HEAD_SIZE = 64;
const USUAL_LENGTH = 1024;

/**
 * Rows x padded tokens of a batch that memory holds, as a power of two, so that small changes of the machine do not change the
 * batches. An estimate from above for rolling texts, which score every token; what it misses, the back-off finds.
 */
export function batchBound(memory: BatchMemory): number {
  const most = memory.device === 'cpu' ? MOST.cpu : MOST.gpu;
  const heads = memory.attentionWidth / HEAD_SIZE;
  const floats =
    LIVE_WIDTHS * memory.hiddenSize +
    LIVE_LOGITS * memory.vocabularySize +
    LIVE_SCORES * heads * Math.min(memory.maxLength, USUAL_LENGTH);
  const perToken = FLOAT_BYTES * floats + 2 * memory.cacheBytesPerToken;
  const tokens = (SHARE * Math.max(0, memory.freeBytes)) / memory.sessions / Math.max(1, perToken);
  return Math.min(most, Math.max(LEAST, 2 ** Math.floor(Math.log2(Math.max(1, tokens)))));
}
