import type { StopIds } from './generate-by-program.js';
import type { StopRules } from './stop-watch.js';
import type { TextCodec } from './text-codec.js';

/**
 * The ids of a vocabulary that end a generation on their own: end tokens, and tokens whose text holds a stop. A stop of one byte
 * always lies within one token; a longer one may be put together from several, and then the table is not complete.
 */
export function stopIdsOf(rules: StopRules, codec: TextCodec, vocabularySize: number): StopIds {
  const table = new Uint8Array(vocabularySize);
  for (const id of rules.endTokens) if (id < vocabularySize) table[id] = 1;
  if (rules.stops.length > 0) {
    for (let id = 0; id < Math.min(vocabularySize, codec.vocabularySize); id++) {
      const text = codec.decode(Uint32Array.of(id));
      if (rules.stops.some((stop) => text.includes(stop))) table[id] = 1;
    }
  }
  return { table, complete: rules.stops.every((stop) => isOneToken(stop, rules, codec)) };
}

// The EOS text is decoded to nothing as the special token that it is, and to itself only when spelled out.
function isOneToken(stop: string, rules: StopRules, codec: TextCodec): boolean {
  const id = codec.tokenToId(stop);
  return (
    Buffer.byteLength(stop) === 1 ||
    (id !== undefined && rules.endTokens.has(id) && codec.decode(Uint32Array.of(id)) === '')
  );
}
