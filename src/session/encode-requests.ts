import type { TextRequest } from '../domain/request.js';
import { TrialError } from '../errors.js';
import type { ModelSettings } from './model-settings.js';
import type { TextCodec } from './text-codec.js';

/** A request as token ids, before any truncation to a model's length. */
export type TokenRequest =
  | { readonly kind: 'loglikelihood'; readonly context: Uint32Array; readonly continuation: Uint32Array }
  | { readonly kind: 'loglikelihood_rolling'; readonly tokens: Uint32Array }
  | {
      readonly kind: 'generate_until';
      readonly prompt: Uint32Array;
      readonly until: readonly string[];
      readonly maxNewTokens: number;
    };

// Python's str.rstrip() removes what str.isspace() holds: other characters than JavaScript's trimEnd().
const PYTHON_SPACE = new Set(
  '\t\n\v\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);

function trimmedLength(text: string): number {
  let length = text.length;
  while (length > 0 && PYTHON_SPACE.has(text.charAt(length - 1))) length--;
  return length;
}

/** Token ids of requests, exactly as lm-evaluation-harness makes them for causal models (api/model.py, TemplateLM). */
export function encodeRequests(
  requests: readonly TextRequest[],
  codec: TextCodec,
  settings: Pick<ModelSettings, 'prefixToken' | 'prefixText'>,
): TokenRequest[] {
  const remembered = new Map<string, Uint32Array>();
  const encode = (text: string): Uint32Array => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const startsWithPrefix = settings.prefixText !== '' && text.startsWith(settings.prefixText);
    const ids = codec.encode(text, { addSpecialTokens: !startsWithPrefix });
    remembered.set(text, ids);
    return ids;
  };
  return requests.map((request, index) => {
    if (request.kind === 'loglikelihood_rolling') return { kind: request.kind, tokens: encode(request.text) };
    if (request.kind === 'generate_until')
      return { ...request, prompt: orPrefix(encode(request.context), settings) };
    const pair = encodePair(request, { encode, codec, prefixToken: settings.prefixToken });
    if (pair.continuation.length === 0) throw emptyContinuation(request.continuation, index);
    return pair;
  });
}

interface Encoding {
  readonly encode: (text: string) => Uint32Array;
  readonly codec: TextCodec;
  readonly prefixToken: number;
}

type Pair = Extract<TokenRequest, { kind: 'loglikelihood' }>;
type TextPair = Extract<TextRequest, { kind: 'loglikelihood' }>;

function encodePair(request: TextPair, { encode, codec, prefixToken }: Encoding): Pair {
  const { kind } = request;
  if (request.context === '')
    return afterNothing(kind, codec.encode(request.continuation, { addSpecialTokens: false }), prefixToken);
  // Trailing blanks of the context belong to the continuation.
  const context = request.context.slice(0, trimmedLength(request.context));
  const contextIds = encode(context);
  const whole = encode(request.context + request.continuation);
  if (contextIds.length === 0) return afterNothing(kind, whole, prefixToken);
  return { kind, context: contextIds, continuation: whole.subarray(contextIds.length) };
}

// lm-eval: an empty context is the prefix token, unless the continuation begins with it.
function afterNothing(kind: 'loglikelihood', ids: Uint32Array, prefixToken: number): Pair {
  if (ids[0] === prefixToken) return { kind, context: ids.subarray(0, 1), continuation: ids.subarray(1) };
  return { kind, context: Uint32Array.of(prefixToken), continuation: ids };
}

function orPrefix(ids: Uint32Array, { prefixToken }: { readonly prefixToken: number }): Uint32Array {
  return ids.length === 0 ? Uint32Array.of(prefixToken) : ids;
}

function emptyContinuation(text: string, index: number): TrialError {
  return new TrialError(
    'EMPTY_CONTINUATION',
    `Expected the continuation of request ${index} to have tokens of its own, but ${JSON.stringify(text)} has none after its context; change the task's target delimiter or choices.`,
  );
}
