import type { BatchEncoder } from '../../src/session/text-codec.js';

type EncodeOne = (text: string, options: { readonly addSpecialTokens: boolean }) => Uint32Array;

/** Encodes many texts by asking for each. */
export function encodeEach(encode: EncodeOne): BatchEncoder['encodeBatch'] {
  return (texts, options) => {
    const parts = texts.map((text) => [...encode(text, options)]);
    const offsets = [0];
    for (const { length } of parts) offsets.push((offsets.at(-1) ?? 0) + length);
    return { ids: Uint32Array.from(parts.flat()), offsets: Uint32Array.from(offsets) };
  };
}
