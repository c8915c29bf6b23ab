/** Ids of many texts: text i has `ids.subarray(offsets[i], offsets[i + 1])`. */
export interface EncodedTexts {
  readonly ids: Uint32Array;
  readonly offsets: Uint32Array;
}

/** What makes ids of whole workloads; src/tokenizer's Tokenizer is one. */
export interface BatchEncoder {
  encodeBatch(texts: readonly string[], options: { readonly addSpecialTokens: boolean }): EncodedTexts;
}

/** What sessions need of a tokenizer; src/tokenizer's Tokenizer is one. */
export interface TextCodec {
  readonly vocabularySize: number;
  encode(text: string, options: { readonly addSpecialTokens: boolean }): Uint32Array;
  /** Special tokens are left out, unless `skipSpecialTokens` is false. */
  decode(ids: Uint32Array, options?: { readonly skipSpecialTokens: boolean }): string;
  tokenToId(token: string): number | undefined;
}

/** For decoding all that was generated, special tokens as they are written. */
export const WITH_SPECIAL_TOKENS = { skipSpecialTokens: false } as const;
