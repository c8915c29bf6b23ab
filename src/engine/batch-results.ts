import type { BatchResult } from '../domain/engine.js';
import type { Response } from '../domain/request.js';
import type { BatchAnswer, BatchWork, GenerateAnswer, ScoreAnswer } from '../session/batch-work.js';
import type { TokenRequest } from '../session/encode-requests.js';
import type { GenerateBatch } from '../session/generate-layout.js';
import type { LayoutBatch } from '../session/layout.js';
import { concatenated, packRows } from '../session/packed-rows.js';
import type { ScoreBatch } from '../session/score-layout.js';

/** A batch as a worker takes it. */
export function workOf(batch: LayoutBatch, maxBatchTokens: number): BatchWork {
  if (batch.kind === 'score') return { kind: 'score', rows: packRows(batch.rows, batch), maxBatchTokens };
  return {
    kind: 'generate',
    tokens: concatenated(batch.prompts.map(({ tokens }) => tokens)),
    lengths: Uint32Array.from(batch.prompts, ({ tokens }) => tokens.length),
    until: batch.until,
    maxNewTokens: batch.maxNewTokens,
    maxBatchTokens,
  };
}

/** Rows x padded tokens of a batch, new tokens included: its size for deadlines. */
export function tokensOf(batch: LayoutBatch): number {
  if (batch.kind === 'score') return batch.size;
  return batch.prompts.length * ((batch.prompts[0]?.tokens.length ?? 0) + batch.maxNewTokens);
}

/** A worker's numbers as the answers to the batch's requests. */
export function resultOf(
  { index, batch, requests }: { index: number; batch: LayoutBatch; requests: readonly TokenRequest[] },
  answer: BatchAnswer,
  elapsedMs: number,
): BatchResult {
  const responses =
    batch.kind === 'score'
      ? scoreResponses(batch, answer as ScoreAnswer, requests)
      : generateResponses(batch, answer as GenerateAnswer);
  const generated =
    answer.kind === 'generate' ? answer.generations.reduce((sum, { nTokens }) => sum + nTokens, 0) : 0;
  return {
    index,
    requests: batch.requests,
    responses: batch.requests.map((request) => responses.get(request) as Response),
    elapsedMs,
    promptTokens: answer.promptTokens,
    generatedTokens: generated,
    computedTokens: answer.computedTokens,
    rows: batch.kind === 'score' ? batch.rows.length : batch.prompts.length,
  };
}

function scoreResponses(
  batch: ScoreBatch,
  answer: ScoreAnswer,
  requests: readonly TokenRequest[],
): Map<number, Response> {
  const sums = new Map(
    batch.requests.map((request) => [request, { loglikelihood: 0, isGreedy: true, nTokens: 0 }]),
  );
  const spans = batch.rows.flatMap((row) => row.spans);
  spans.forEach((answered, span) => {
    for (const request of answered.requests) {
      const sum = sums.get(request);
      if (sum === undefined) continue;
      sum.loglikelihood += answer.loglikelihoods[span] ?? Number.NaN;
      sum.isGreedy &&= answer.greedy[span] === 1;
      sum.nTokens += answered.targets.length;
    }
  });
  return new Map(
    [...sums].map(([request, { loglikelihood, isGreedy, nTokens }]): [number, Response] => {
      const kind =
        requests[request]?.kind === 'loglikelihood_rolling' ? 'loglikelihood_rolling' : 'loglikelihood';
      return [
        request,
        kind === 'loglikelihood'
          ? { kind, loglikelihood, isGreedy, nTokens }
          : { kind, loglikelihood, nTokens },
      ];
    }),
  );
}

function generateResponses(batch: GenerateBatch, answer: GenerateAnswer): Map<number, Response> {
  const responses = new Map<number, Response>();
  batch.prompts.forEach(({ requests }, prompt) => {
    const generation = answer.generations[prompt];
    if (generation === undefined) return;
    for (const request of requests) responses.set(request, { kind: 'generate_until', ...generation });
  });
  return responses;
}
