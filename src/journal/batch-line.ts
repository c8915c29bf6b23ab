import type { BatchCost, BatchResult } from '../domain/engine.js';
import type { Response } from '../domain/request.js';

/** A response as the journal writes it: positional, because there are millions of them. */
type CompactResponse =
  | readonly ['l', loglikelihood: number, isGreedy: 0 | 1, nTokens: number]
  | readonly ['r', loglikelihood: number, nTokens: number]
  | readonly ['g', text: string, nTokens: number, ended: 'stop' | 'length'];

export interface CompactBatch extends Omit<BatchResult, 'responses'> {
  readonly responses: readonly CompactResponse[];
}

export function compactBatch(batch: BatchResult): CompactBatch {
  return { ...batch, responses: batch.responses.map(compact) };
}

/** What a batch cost, without its answers. */
export function costOf({ requests, responses: _responses, ...cost }: BatchResult | CompactBatch): BatchCost {
  return { ...cost, nRequests: requests.length };
}

export function expandBatch(batch: CompactBatch): BatchResult {
  return { ...batch, responses: batch.responses.map(expand) };
}

function compact(response: Response): CompactResponse {
  switch (response.kind) {
    case 'loglikelihood':
      return ['l', response.loglikelihood, response.isGreedy ? 1 : 0, response.nTokens];
    case 'loglikelihood_rolling':
      return ['r', response.loglikelihood, response.nTokens];
    case 'generate_until':
      return ['g', response.text, response.nTokens, response.ended];
  }
}

function expand(response: CompactResponse): Response {
  switch (response[0]) {
    case 'l':
      return {
        kind: 'loglikelihood',
        loglikelihood: response[1],
        isGreedy: response[2] === 1,
        nTokens: response[3],
      };
    case 'r':
      return { kind: 'loglikelihood_rolling', loglikelihood: response[1], nTokens: response[2] };
    case 'g':
      return { kind: 'generate_until', text: response[1], nTokens: response[2], ended: response[3] };
  }
}
