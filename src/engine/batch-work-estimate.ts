import { passBytes, stretchFlops, type DecoderDimensions } from '../onnx/decoder-work.js';
import type { BatchAnswer } from '../session/batch-work.js';
import type { LayoutBatch } from '../session/layout.js';

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
  batch: LayoutBatch,
  answer: BatchAnswer,
): BatchWorkEstimate {
  if (batch.kind === 'score' || answer.kind === 'score') return scoreWork(model, batch, answer);
  const lengths = batch.prompts.map(({ tokens }) => tokens.length);
  const generated = answer.generations.map(({ nTokens }) => nTokens);
  let flops = 0;
  lengths.forEach((count, row) => {
    const made = generated[row] ?? 0;
    // The last token is only told, not fed.
    flops += stretchFlops(model, { from: 0, count: count + Math.max(0, made - 1), rows: made });
  });
  return { flops, bytes: generationBytes(model, lengths, generated), askedTokens: total(lengths) };
}

function scoreWork(model: DecoderDimensions, batch: LayoutBatch, answer: BatchAnswer): BatchWorkEstimate {
  const rows = batch.kind === 'score' ? batch.rows : [];
  const askedTokens = total(rows.map(({ tokens }) => tokens.length));
  const flops = total(
    rows.map(({ tokens, spans }) => {
      const asked = total(spans.map(({ targets }) => targets.length));
      return stretchFlops(model, { from: 0, count: tokens.length, rows: asked });
    }),
  );
  const head = total(
    rows.flatMap(({ spans }) => spans.map(({ targets }) => headFlops(model, targets.length))),
  );
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
