/**
 * What a task asks of a model, as text. Requests are rendered once and are the same for every scale; an engine
 * turns them into tokens once per tokenizer.
 */
export type TextRequest =
  | { readonly kind: 'loglikelihood'; readonly context: string; readonly continuation: string }
  | { readonly kind: 'loglikelihood_rolling'; readonly text: string }
  | {
      readonly kind: 'generate_until';
      readonly context: string;
      /** Text at which generation is cut, the first occurrence of any; the stop itself is not part of the answer. */
      readonly until: readonly string[];
      readonly maxNewTokens: number;
    };

/** What the model answered to one request. Loglikelihoods are sums of natural logarithms (nats). */
export type Response =
  | {
      readonly kind: 'loglikelihood';
      readonly loglikelihood: number;
      /** Every continuation token was the model's first choice. */
      readonly isGreedy: boolean;
      /** Scored (continuation) tokens. */
      readonly nTokens: number;
    }
  | { readonly kind: 'loglikelihood_rolling'; readonly loglikelihood: number; readonly nTokens: number }
  | {
      readonly kind: 'generate_until';
      readonly text: string;
      /** Generated tokens, the stop token included. */
      readonly nTokens: number;
      /** Why generation ended. */
      readonly ended: 'stop' | 'length';
    };

/** Characters (UTF-16 units) of the text that a request sends. */
export function charactersOf(request: TextRequest): number {
  switch (request.kind) {
    case 'loglikelihood':
      return request.context.length + request.continuation.length;
    case 'loglikelihood_rolling':
      return request.text.length;
    case 'generate_until':
      return request.context.length;
  }
}
