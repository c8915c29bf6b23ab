import { charactersOf, type TextRequest } from '../domain/request.js';

/**
 * What a trial is expected to cost, in units of one parameter times one token: only ratios matter. Text lengths
 * stand for token counts, because the plan is made before anything is tokenised.
 */
export function expectedCost(nParams: number, tokens: number): number {
  return (nParams + FIXED_COST_PER_TOKEN) * tokens;
}

/** Work that a token costs whatever the model: tokenising, tensors, scoring. */
const FIXED_COST_PER_TOKEN = 200_000;

/** A generated token costs a whole run; batching makes up for most of that. */
const GENERATED_TOKEN_WEIGHT = 4;

/** Tokens that a request stands for, in characters: those that are read, and those that are written by their weight. */
export function expectedTokens(request: TextRequest): number {
  const written = request.kind === 'generate_until' ? request.maxNewTokens : 0;
  return charactersOf(request) + GENERATED_TOKEN_WEIGHT * written;
}
