/** What sessions need of a tokenizer; src/tokenizer's Tokenizer is one. */
export interface TextCodec {
  readonly vocabularySize: number;
  encode(text: string, options: { readonly addSpecialTokens: boolean }): Uint32Array;
  decode(ids: Uint32Array): string;
  tokenToId(token: string): number | undefined;
}
