import { TrialError } from '../errors.js';
import type { TokenRequest } from './encode-requests.js';
import { IdBlocks } from './id-blocks.js';
import type { ModelSettings } from './model-settings.js';
import { rollingWindows } from './rolling-windows.js';

/** One row of a forward pass: the ids fed, and which of its positions predict which targets. */
export interface Sequence {
  readonly tokens: Uint32Array;
  /** Position whose logits predict targets[0]; the following positions predict the rest. */
  readonly from: number;
  readonly targets: Uint32Array;
}

const BLOCKS = new IdBlocks();

type Limits = Pick<ModelSettings, 'maxLength' | 'prefixToken'>;

/** The rows that a scoring request needs: one for a continuation, several for a long rolling text. Left truncation as in lm-evaluation-harness. */
export function sequencesOf(request: TokenRequest, limits: Limits): Sequence[] {
  switch (request.kind) {
    case 'loglikelihood':
      return [sequence(request.context, request.continuation, limits)];
    case 'loglikelihood_rolling':
      return rollingWindows(request.tokens, limits.prefixToken, limits.maxLength).map(
        ({ context, targets }) => sequence(context, targets, limits),
      );
    case 'generate_until':
      return [];
  }
}

function sequence(context: Uint32Array, targets: Uint32Array, { maxLength }: Limits): Sequence {
  if (targets.length > maxLength) {
    throw new TrialError(
      'CONTEXT_TOO_LONG',
      `Expected continuations of at most ${maxLength} tokens (the model's context length), but one has ${targets.length}; use a model with a longer context.`,
    );
  }
  const whole = BLOCKS.take(context.length + targets.length);
  whole.set(context);
  whole.set(targets, context.length);
  const tokens = whole.subarray(Math.max(0, whole.length - maxLength - 1), whole.length - 1);
  return { tokens, from: tokens.length - targets.length, targets };
}

/** The prompt of a generation, cut on the left so that prompt and answer fit the model. */
export function promptOf(
  request: Extract<TokenRequest, { kind: 'generate_until' }>,
  { maxLength }: Limits,
): Uint32Array {
  const room = maxLength - request.maxNewTokens;
  if (room <= 0) {
    throw new TrialError(
      'CONTEXT_TOO_LONG',
      `Expected room for a prompt beside ${request.maxNewTokens} new tokens, but the model's context is ${maxLength} tokens; lower max_gen_toks in the task.`,
    );
  }
  return request.prompt.subarray(Math.max(0, request.prompt.length - room));
}
