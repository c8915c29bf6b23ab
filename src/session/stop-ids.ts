import type { StopIds } from './generate-by-program.js';
import type { StopRules } from './stop-watch.js';
import { WITH_SPECIAL_TOKENS, type TextCodec } from './text-codec.js';

const known = new WeakMap<TextCodec, Map<string, StopIds>>();

/**
 * What `stopIdsOf` gives, made once for a tokenizer: going through a vocabulary takes longer than a batch of a small model, and all
 * batches of a task, by all models that share the tokenizer, ask for the same stops.
 */
export function knownStopIds(rules: StopRules, codec: TextCodec, vocabularySize: number): StopIds {
  const byRules = known.get(codec) ?? new Map<string, StopIds>();
  known.set(codec, byRules);
  const key = JSON.stringify([vocabularySize, rules.stops, [...rules.endTokens]]);
  const ids = byRules.get(key) ?? stopIdsOf(rules, codec, vocabularySize);
  byRules.set(key, ids);
  return ids;
}

/**
 * The ids of a vocabulary that end a generation on their own: end tokens, and tokens whose text holds a stop, special ones as
 * they are written. A stop of one byte always lies within one token; a longer one may be put together from several, and then
 * the table is not complete.
 */
export function stopIdsOf(rules: StopRules, codec: TextCodec, vocabularySize: number): StopIds {
  const table = new Uint8Array(vocabularySize);
  for (const id of rules.endTokens) if (id < vocabularySize) table[id] = 1;
  // Part of a character is � alone and the character among its other parts.
  const stops = rules.stops.filter((stop) => !stop.includes('\ufffd'));
  if (stops.length > 0) {
    for (let id = 0; id < Math.min(vocabularySize, codec.vocabularySize); id++) {
      const text = codec.decode(Uint32Array.of(id), WITH_SPECIAL_TOKENS);
      if (stops.some((stop) => text.includes(stop))) table[id] = 1;
    }
  }
  return { table, complete: rules.stops.every((stop) => isOneToken(stop, codec)) };
}

// A special token is left out of answers, so that its text is in one only when spelled out: then it is cut there anyway.
function isOneToken(stop: string, codec: TextCodec): boolean {
  return Buffer.byteLength(stop) <= 1 || isSpecialToken(stop, codec);
}

function isSpecialToken(text: string, codec: TextCodec): boolean {
  const id = codec.tokenToId(text);
  if (id === undefined) return false;
  const ids = Uint32Array.of(id);
  return codec.decode(ids) === '' && codec.decode(ids, WITH_SPECIAL_TOKENS) === text;
}
