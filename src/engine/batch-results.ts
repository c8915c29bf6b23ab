import type { BatchResult } from '../domain/engine.js';
import type { Response } from '../domain/request.js';
import type {
  BatchAnswer,
  BatchWork,
  GenerateAnswer,
  Generation,
  ScoreAnswer,
} from '../session/batch-work.js';
import type { PackedBatch, PackedScores } from './packed-batch.js';

/** A batch as a worker takes it. */
export function workOf(batch: PackedBatch, maxBatchTokens: number): BatchWork {
  if (batch.kind === 'score') {
    const { rows, trees } = batch;
    return { kind: 'score', rows, ...(trees === null ? {} : { trees }), maxBatchTokens };
  }
  const { kind, tokens, lengths, until, maxNewTokens } = batch;
  return { kind, tokens, lengths, until, maxNewTokens, maxBatchTokens };
}

/** Rows x padded tokens of a batch, new tokens included: its size for deadlines. */
export function tokensOf(batch: PackedBatch): number {
  if (batch.kind === 'score') return batch.size;
  return batch.lengths.length * ((batch.lengths[0] ?? 0) + batch.maxNewTokens);
}

/** A result on its way between processes: arrays instead of an object for every answer. */
export interface PackedResult extends Omit<BatchResult, 'requests' | 'responses'> {
  readonly requests: Uint32Array;
  readonly answers: PackedAnswers;
}

/** One entry a request. */
type PackedAnswers =
  | {
      readonly kind: 'score';
      readonly loglikelihoods: Float64Array;
      readonly greedy: Uint8Array;
      readonly nTokens: Uint32Array;
      readonly isRolling: Uint8Array;
    }
  | { readonly kind: 'generate'; readonly generations: readonly Generation[] };

/** A worker's numbers as the answers to the batch's requests. */
export function resultOf(
  { index, batch }: { readonly index: number; readonly batch: PackedBatch },
  answer: BatchAnswer,
  elapsedMs: number,
): PackedResult {
  const generated =
    answer.kind === 'generate' ? answer.generations.reduce((sum, { nTokens }) => sum + nTokens, 0) : 0;
  return {
    index,
    requests: batch.requests,
    answers:
      batch.kind === 'score'
        ? scoreAnswers(batch, answer as ScoreAnswer)
        : generateAnswers(batch, answer as GenerateAnswer),
    elapsedMs,
    promptTokens: answer.promptTokens,
    generatedTokens: generated,
    computedTokens: answer.computedTokens,
    rows: batch.kind === 'score' ? batch.rows.rowLengths.length : batch.lengths.length,
  };
}

/** A result as the rest of the program knows it. */
export function unpackResult({ requests, answers, ...rest }: PackedResult): BatchResult {
  return {
    ...rest,
    requests: Array.from(requests),
    responses: Array.from(requests, (_, position) => responseAt(answers, position)),
  };
}

function responseAt(answers: PackedAnswers, position: number): Response {
  if (answers.kind === 'generate')
    return { kind: 'generate_until', ...(answers.generations[position] as Generation) };
  const loglikelihood = answers.loglikelihoods[position] ?? Number.NaN;
  const nTokens = answers.nTokens[position] ?? 0;
  if (answers.isRolling[position] === 1) return { kind: 'loglikelihood_rolling', loglikelihood, nTokens };
  return { kind: 'loglikelihood', loglikelihood, isGreedy: answers.greedy[position] === 1, nTokens };
}

function scoreAnswers(batch: PackedScores, answer: ScoreAnswer): PackedAnswers {
  const { ownerStarts, owners, nTokens, isRolling } = batch;
  const loglikelihoods = new Float64Array(nTokens.length);
  const greedy = new Uint8Array(nTokens.length).fill(1);
  for (let span = 0; span < ownerStarts.length - 1; span++) {
    for (let at = ownerStarts[span] ?? 0; at < (ownerStarts[span + 1] ?? 0); at++) {
      const owner = owners[at] ?? 0;
      loglikelihoods[owner] = (loglikelihoods[owner] ?? 0) + (answer.loglikelihoods[span] ?? Number.NaN);
      if (answer.greedy[span] !== 1) greedy[owner] = 0;
    }
  }
  return { kind: 'score', loglikelihoods, greedy, nTokens, isRolling };
}

function generateAnswers({ ownerStarts, owners }: PackedBatch, answer: GenerateAnswer): PackedAnswers {
  const generations: Generation[] = [];
  answer.generations.forEach((generation, prompt) => {
    for (let at = ownerStarts[prompt] ?? 0; at < (ownerStarts[prompt + 1] ?? 0); at++)
      generations[owners[at] ?? 0] = generation;
  });
  return { kind: 'generate', generations };
}
