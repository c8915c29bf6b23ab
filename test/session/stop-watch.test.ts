import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { knownStopIds, stopIdsOf } from '../../src/session/stop-ids.js';
import { StopWatch, type StopRules } from '../../src/session/stop-watch.js';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

interface Case {
  readonly tokenizer: string;
  readonly ids: readonly number[];
  readonly stops: readonly string[];
  readonly nTokens: number;
  readonly text: string;
}

interface Goldens {
  readonly tokenizers: Readonly<Record<string, { readonly json: unknown; readonly eos: number }>>;
  readonly cases: readonly Case[];
}

// Made by test/oracles/stop_goldens.py with the stopping criteria of lm-eval 0.4.13.
const FILE = new URL('../fixtures/lm-eval/stops.json.gz', import.meta.url);
const { tokenizers, cases } = JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8')) as Goldens;
const codecs = Object.fromEntries(
  Object.entries(tokenizers).map(([name, { json }]) => [
    name,
    Tokenizer.fromBuffer(Buffer.from(JSON.stringify(json)), name),
  ]),
);

function codecOf({ tokenizer }: Case): Tokenizer {
  return codecs[tokenizer] as Tokenizer;
}

function rulesOf({ tokenizer, stops, ids }: Case): StopRules {
  const { eos } = tokenizers[tokenizer] as { eos: number };
  const endText = codecs[tokenizer]?.idToToken(eos) ?? '';
  return { endTokens: new Set([eos]), stops: [...stops, endText], maxNewTokens: ids.length };
}

function watchTo(given: Case, end: number): StopWatch {
  const watch = new StopWatch(rulesOf(given), codecOf(given));
  for (const id of given.ids.slice(0, end)) if (!watch.done) watch.push(id);
  return watch;
}

test('generations stop where lm-eval stops them, with the text that it keeps', () => {
  for (const given of cases) {
    const { text, nTokens } = watchTo(given, given.ids.length).generation();
    expect({ text, nTokens }, JSON.stringify(given)).toEqual({ text: given.text, nTokens: given.nTokens });
  }
});

test('a special token is a stop that programs know of by themselves', () => {
  const codec = codecs['sentence-piece'] as Tokenizer;
  const rules = { endTokens: new Set([2]), stops: ['<unk>', '</s>'], maxNewTokens: 9 };
  const { table, complete } = stopIdsOf(rules, codec, codec.vocabularySize);
  expect(complete).toBe(true);
  expect([...table.keys()].filter((id) => table[id] === 1)).toEqual([0, 2]);
});

test('an empty stop makes every token the last', () => {
  const codec = codecs['byte-level'] as Tokenizer;
  const rules = { endTokens: new Set([0]), stops: [''], maxNewTokens: 9 };
  const { table, complete } = stopIdsOf(rules, codec, codec.vocabularySize);
  expect(complete).toBe(true);
  expect(table.every((ends) => ends === 1)).toBe(true);
});

test('an unknown character as a stop is looked for in the text alone, where its bytes may make another', () => {
  const codec = codecs['byte-level'] as Tokenizer;
  const rules = { endTokens: new Set<number>(), stops: ['\ufffd'], maxNewTokens: 9 };
  expect(stopIdsOf(rules, codec, codec.vocabularySize)).toEqual({
    table: new Uint8Array(codec.vocabularySize),
    complete: false,
  });
});

test('a vocabulary is searched for the same stops once', () => {
  const codec = codecs['sentence-piece'] as Tokenizer;
  const rules = { endTokens: new Set([2]), stops: ['<unk>'], maxNewTokens: 9 };
  const first = knownStopIds(rules, codec, codec.vocabularySize);
  expect(first).toEqual(stopIdsOf(rules, codec, codec.vocabularySize));
  expect(knownStopIds({ ...rules, maxNewTokens: 5 }, codec, codec.vocabularySize)).toBe(first);
  expect(knownStopIds({ ...rules, stops: [] }, codec, codec.vocabularySize).table[0]).toBe(0);
  expect(knownStopIds(rules, codec, 2).table.length).toBe(2);
});
