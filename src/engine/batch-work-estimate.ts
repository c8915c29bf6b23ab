import { passBytes, stretchFlops, type DecoderDimensions } from '../onnx/decoder-work.js';
import type { BatchAnswer } from '../session/batch-work.js';
import type { PackedBatch, PackedScores } from './packed-batch.js';

/** Useful work of a batch, whatever its programs compute beside it (padding, unasked rows). */
export interface BatchWorkEstimate {
  readonly flops: number;
  readonly bytes: number;
  /** Prompt tokens of all rows, shared prefixes in each. */
  readonly askedTokens: number;
}

/** Estimates a batch's work from its rows and its answer; a prefix that was fed once counts once. */
export function estimateBatchWork(
  model: DecoderDimensions,
  batch: PackedBatch,
  answer: BatchAnswer,
): BatchWorkEstimate {
  if (batch.kind === 'score') return scoreWork(model, batch, answer);
  const lengths = Array.from(batch.lengths);
  const generated = answer.kind === 'score' ? [] : answer.generations.map(({ nTokens }) => nTokens);
  let flops = 0;
  lengths.forEach((count, row) => {
    const made = generated[row] ?? 0;
    // The last token is only told, not fed.
    flops += stretchFlops(model, { from: 0, count: count + Math.max(0, made - 1), rows: made });
  });
  return { flops, bytes: generationBytes(model, lengths, generated), askedTokens: total(lengths) };
}

function scoreWork(model: DecoderDimensions, { rows }: PackedScores, answer: BatchAnswer): BatchWorkEstimate {
  const askedTokens = rows.tokens.length;
  const asked = new Uint32Array(rows.rowLengths.length);
  let head = 0;
  rows.spanLengths.forEach((length, span) => {
    const row = rows.spanRows[span] ?? 0;
    asked[row] = (asked[row] ?? 0) + length;
    head += headFlops(model, length);
  });
  let flops = 0;
  rows.rowLengths.forEach((count, row) => {
    flops += stretchFlops(model, { from: 0, count, rows: asked[row] ?? 0 });
  });
  const fedShare = askedTokens === 0 ? 1 : answer.promptTokens / askedTokens;
  return { flops: head + (flops - head) * fedShare, bytes: passBytes(model, 0), askedTokens };
}

/** A pass reads all weights; every row still at work reads its cache. */
function generationBytes(
  model: DecoderDimensions,
  lengths: readonly number[],
  generated: readonly number[],
): number {
  const passes = Math.max(0, ...generated);
  let cached = 0;
  lengths.forEach((length, row) => {
    const made = generated[row] ?? 0;
    cached += made * length + (made * (made - 1)) / 2;
  });
  return passes * passBytes(model, 0) + cached * model.cacheBytesPerToken;
}

const headFlops = (model: DecoderDimensions, rows: number): number =>
  stretchFlops(model, { from: 0, count: 0, rows });

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
