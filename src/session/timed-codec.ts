import type { TextCodec } from './text-codec.js';

/** A codec that counts the time spent in it. */
export class TimedCodec implements TextCodec {
  readonly #codec: TextCodec;
  #spentMs = 0;

  constructor(codec: TextCodec) {
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
