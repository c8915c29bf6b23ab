import type { TextRequest } from '../domain/request.js';
import { TrialError } from '../errors.js';
import type { ModelSettings } from './model-settings.js';
import type { BatchEncoder } from './text-codec.js';
import { TextList } from './text-list.js';

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
  codec: BatchEncoder,
  { prefixToken, prefixText }: Pick<ModelSettings, 'prefixToken' | 'prefixText'>,
): TokenRequest[] {
  const texts = new TextList(prefixText);
  const tickets = requests.map((request) => ticketOf(request, texts));
  const idsOf = texts.encode(codec);
  return requests.map((request, index) => {
    const { context, whole } = tickets[index] as Ticket;
    if (request.kind === 'loglikelihood_rolling') return { kind: request.kind, tokens: idsOf(whole) };
    if (request.kind === 'generate_until') return { ...request, prompt: orPrefix(idsOf(whole), prefixToken) };
    const before = context === null ? NOTHING : idsOf(context);
    const pair = pairOf(before, idsOf(whole), prefixToken);
    if (pair.continuation.length === 0) throw emptyContinuation(request.continuation, index);
    return pair;
  });
}

const NOTHING = new Uint32Array(0);

/** The numbers of a request's texts in a list: all that it sends, and its context alone where something follows one. */
interface Ticket {
  readonly context: number | null;
  readonly whole: number;
}

function ticketOf(request: TextRequest, texts: TextList): Ticket {
  if (request.kind === 'loglikelihood_rolling') return { context: null, whole: texts.add(request.text) };
  if (request.kind === 'generate_until') return { context: null, whole: texts.add(request.context) };
  const { context, continuation } = request;
  if (context === '') return { context: null, whole: texts.addPlain(continuation) };
  // Trailing blanks of the context belong to the continuation.
  const trimmed = texts.addAgain(context.slice(0, trimmedLength(context)));
  return { context: trimmed, whole: texts.add(context + continuation) };
}

type Pair = Extract<TokenRequest, { kind: 'loglikelihood' }>;

function pairOf(context: Uint32Array, whole: Uint32Array, prefixToken: number): Pair {
  const kind = 'loglikelihood';
  if (context.length > 0) return { kind, context, continuation: whole.subarray(context.length) };
  // lm-eval: an empty context is the prefix token, unless the continuation begins with it.
  if (whole[0] === prefixToken)
    return { kind, context: whole.subarray(0, 1), continuation: whole.subarray(1) };
  return { kind, context: Uint32Array.of(prefixToken), continuation: whole };
}

function orPrefix(ids: Uint32Array, prefixToken: number): Uint32Array {
  return ids.length === 0 ? Uint32Array.of(prefixToken) : ids;
}

function emptyContinuation(text: string, index: number): TrialError {
  return new TrialError(
    'EMPTY_CONTINUATION',
    `Expected the continuation of request ${index} to have tokens of its own, but ${JSON.stringify(text)} has none after its context; change the task's target delimiter or choices.`,
  );
}
