import type { BatchEncoder, EncodedTexts, TextCodec } from './text-codec.js';

/** A codec that counts the time spent in it. */
export class TimedCodec implements TextCodec, BatchEncoder {
  readonly #codec: TextCodec & BatchEncoder;
  #spentMs = 0;

  constructor(codec: TextCodec & BatchEncoder) {
    this.#codec = codec;
  }

  /** Time in the tokenizer so far, in milliseconds. */
  get spentMs(): number {
    return this.#spentMs;
  }

  get vocabularySize(): number {
    return this.#codec.vocabularySize;
  }

  encode(text: string, options: { readonly addSpecialTokens: boolean }): Uint32Array {
    return this.#timed(() => this.#codec.encode(text, options));
  }

  encodeBatch(texts: readonly string[], options: { readonly addSpecialTokens: boolean }): EncodedTexts {
    return this.#timed(() => this.#codec.encodeBatch(texts, options));
  }

  decode(ids: Uint32Array, options?: { readonly skipSpecialTokens: boolean }): string {
    return this.#timed(() => this.#codec.decode(ids, options));
  }

  tokenToId(token: string): number | undefined {
    return this.#codec.tokenToId(token);
  }

  #timed<T>(work: () => T): T {
    const started = performance.now();
    const result = work();
    this.#spentMs += performance.now() - started;
    return result;
  }
}
