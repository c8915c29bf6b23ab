import type { TokenRequest } from './encode-requests.js';
import type { LayoutLimits } from './layout-limits.js';
import { promptOf } from './sequence.js';
import { compareTokens, keyOf } from './token-order.js';

/** Prompts that are continued together, all with the same stops and limit. */
export interface GenerateBatch {
  readonly kind: 'generate';
  /** The requests it answers, ascending. */
  readonly requests: readonly number[];
  /** Longest first; equal prompts stand once. */
  readonly prompts: readonly { readonly tokens: Uint32Array; readonly requests: readonly number[] }[];
  readonly until: readonly string[];
  readonly maxNewTokens: number;
}

type Prompt = GenerateBatch['prompts'][number];
type GenerateRequest = Extract<TokenRequest, { kind: 'generate_until' }>;

/** Batches of generation requests: grouped by stops and limit, then by length. */
export function layOutGenerations(requests: readonly TokenRequest[], limits: LayoutLimits): GenerateBatch[] {
  const groups = new Map<string, { request: GenerateRequest; indexes: number[] }>();
  requests.forEach((request, index) => {
    if (request.kind !== 'generate_until') return;
    const key = JSON.stringify([request.until, request.maxNewTokens]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { request, indexes: [index] });
    else group.indexes.push(index);
  });
  return [...groups.values()].flatMap(({ request, indexes }) => {
    const prompts = distinctPrompts(requests, indexes, limits);
    return cut(prompts, request.maxNewTokens, limits.maxBatchTokens).map((chosen) => ({
      kind: 'generate' as const,
      requests: chosen.flatMap((prompt) => prompt.requests).sort((a, b) => a - b),
      prompts: chosen,
      until: request.until,
      maxNewTokens: request.maxNewTokens,
    }));
  });
}

function distinctPrompts(
  requests: readonly TokenRequest[],
  indexes: readonly number[],
  limits: LayoutLimits,
): Prompt[] {
  const prompts = new Map<string, { tokens: Uint32Array; requests: number[] }>();
  for (const index of indexes) {
    const tokens = promptOf(requests[index] as GenerateRequest, limits);
    const key = keyOf(tokens);
    const known = prompts.get(key);
    if (known === undefined) prompts.set(key, { tokens, requests: [index] });
    else known.requests.push(index);
  }
  return [...prompts.values()].sort(
    (a, b) => b.tokens.length - a.tokens.length || compareTokens(a.tokens, b.tokens),
  );
}

// A prompt that would be padded by more than this share of its row, new tokens included, begins another batch, once the batch is worth
// a call.
const MOST_PADDING = 0.05;
const WORTH_A_CALL = 8;

function cut(prompts: readonly Prompt[], maxNewTokens: number, maxBatchTokens: number): Prompt[][] {
  const batches: Prompt[][] = [];
  for (const prompt of prompts) {
    const batch = batches.at(-1) ?? [];
    const longest = (batch[0] ?? prompt).tokens.length;
    const rowTokens = longest + maxNewTokens;
    const isAlike = longest - prompt.tokens.length <= MOST_PADDING * rowTokens || batch.length < WORTH_A_CALL;
    if (batch.length > 0 && isAlike && rowTokens * (batch.length + 1) <= maxBatchTokens) batch.push(prompt);
    else batches.push([prompt]);
  }
  return batches;
}
