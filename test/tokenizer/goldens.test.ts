import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

type Answer = readonly [ids: number[], idsWithoutSpecials: number[], text: string] | null;

interface Goldens {
  readonly strings: readonly string[];
  readonly tokenizers: Readonly<Record<string, readonly Answer[]>>;
}

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'tokenizer');
const goldens = JSON.parse(unpack('goldens').toString()) as Goldens;

/** The file's own truncation and padding are part of what the reference answered. */
const AS_STORED = { truncate: true, pad: true };

function unpack(name: string): Buffer {
  return gunzipSync(readFileSync(join(FIXTURES, `${name}.json.gz`)));
}

function answer(tokenizer: Tokenizer, text: string): Answer {
  try {
    const ids = tokenizer.encode(text, AS_STORED);
    const plain = tokenizer.encode(text, { ...AS_STORED, addSpecialTokens: false });
    return [[...ids], [...plain], tokenizer.decode(ids)];
  } catch {
    return null;
  }
}

test.each(Object.keys(goldens.tokenizers))('%s gives the ids and texts of tokenizers 0.23.2', (name) => {
  const tokenizer = Tokenizer.fromBuffer(unpack(name), name);
  const expected = goldens.tokenizers[name] ?? [];
  const differing = goldens.strings.filter((text, i) => {
    // Where the reference fails, failing is not asked for.
    if (expected[i] === null) return false;
    return JSON.stringify(answer(tokenizer, text)) !== JSON.stringify(expected[i]);
  });
  expect(differing).toEqual([]);
  expect(expected.filter((golden) => golden !== null).length).toBeGreaterThan(200);
});

test('a second sight gives the same ids as the first, and so does a batch on two threads', () => {
  for (const name of ['gpt2', 'llama2', 'bert-uncased', 't5']) {
    const tokenizer = Tokenizer.fromBuffer(unpack(name), name);
    const first = goldens.strings.map((text) => tokenizer.encode(text));
    const { ids, offsets } = tokenizer.encodeBatch(goldens.strings, { threads: 2 });
    first.forEach((alone, i) => {
      expect(tokenizer.encode(goldens.strings[i] ?? '')).toEqual(alone);
      expect(ids.subarray(offsets[i], offsets[i + 1])).toEqual(alone);
    });
  }
});

test('the splitting path is told in words', () => {
  expect(Tokenizer.fromBuffer(unpack('gpt2')).path).toMatch(
    /^BPE; GPT-2 pattern: hand-written, masks by (AVX2|portable code)$/,
  );
  expect(Tokenizer.fromBuffer(unpack('bloom')).path).toContain('general matcher');
});
