import { keyOf } from './token-order.js';

/** Numbers id sequences, equal ones alike. A sequence that comes again as the same object, as contexts do, is not read again. */
export class SequenceNumbers {
  readonly #byObject = new Map<Uint32Array, number>();
  readonly #byValue = new Map<string, number>();
  // Choices of one context come one after another.
  #last: { readonly tokens: Uint32Array | null; readonly number: number } = { tokens: null, number: -1 };

  of(tokens: Uint32Array): number {
    if (tokens !== this.#last.tokens) this.#last = { tokens, number: this.#numberOf(tokens) };
    return this.#last.number;
  }

  #numberOf(tokens: Uint32Array): number {
    const known = this.#byObject.get(tokens);
    if (known !== undefined) return known;
    const key = keyOf(tokens);
    const number = this.#byValue.get(key) ?? this.#byValue.size;
    this.#byValue.set(key, number);
    this.#byObject.set(tokens, number);
    return number;
  }
}
