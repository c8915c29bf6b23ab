import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';
import { encodeWords, type ReferenceBpe } from '../helpers/reference-bpe.js';

const ALPHABET = Array.from('abcdeé漢🙂▁');

/** mulberry32: the same numbers on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Merges of any two tokens made so far, so ranks do not follow lengths; some are written twice. */
function randomBpe(next: () => number, known = 0.9, count = 60): ReferenceBpe {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const tokens = ALPHABET.filter(() => next() < known);
  const merges: [string, string][] = [];
  for (let i = 0; i < count; i++) {
    const pair: [string, string] = next() < 0.1 && i > 0 ? pick(merges) : [pick(tokens), pick(tokens)];
    if (pair.join('').length > 12) continue;
    merges.push(pair);
    if (!tokens.includes(pair.join(''))) tokens.push(pair.join(''));
  }
  merges.sort(() => next() - 0.5);
  return { vocab: new Map(tokens.map((token, id) => [token, id])), merges };
}

const BYTE_TOKENS = Array.from(
  { length: 256 },
  (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`,
);

const WORDS = { type: 'WhitespaceSplit' };
const BYTE_WORDS = {
  type: 'Sequence',
  pretokenizers: [
    WORDS,
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
  ],
};

function fileOf({ vocab, merges }: ReferenceBpe, more = {}, splitting: object = WORDS): Uint8Array {
  const model = { type: 'BPE', vocab: Object.fromEntries(vocab), merges, ...more };
  return Buffer.from(JSON.stringify({ version: '1.0', pre_tokenizer: splitting, model }));
}

function randomText(next: () => number, mostWords = 4): string {
  const words = Array.from({ length: 1 + Math.floor(next() * mostWords) }, () => {
    const longest = next() < 0.1 ? 200 : 20;
    const letters = Array.from(
      { length: Math.floor(next() * longest) },
      () => ALPHABET[Math.floor(next() * ALPHABET.length)] ?? 'a',
    );
    return letters.join('');
  });
  return words.join(' ');
}

test('the addon agrees with plain byte-pair encoding on random vocabularies and texts', () => {
  const next = random(7);
  for (let round = 0; round < 40; round++) {
    const bpe = randomBpe(next);
    const tokenizer = Tokenizer.fromBuffer(fileOf(bpe));
    for (let i = 0; i < 40; i++) {
      const text = randomText(next);
      expect([...tokenizer.encode(text)], text).toEqual(encodeWords(bpe, text));
    }
  }
});

test('pieces are cut where no token joins two characters, and nothing changes', () => {
  const next = random(8);
  for (let round = 0; round < 40; round++) {
    const { vocab, merges } = randomBpe(next, 1, 12);
    const tokens = [...vocab.keys(), ...BYTE_TOKENS];
    const bpe = { vocab: new Map(tokens.map((token, id) => [token, id])), merges };
    const tokenizer = Tokenizer.fromBuffer(fileOf(bpe, { byte_fallback: true }));
    for (let i = 0; i < 40; i++) {
      const text = randomText(next);
      expect([...tokenizer.encode(text)], text).toEqual(encodeWords(bpe, text));
    }
  }
});

test('hundreds of new pieces of one text go together, with those that come twice', () => {
  const next = random(9);
  for (let round = 0; round < 20; round++) {
    const { vocab, merges } = randomBpe(next, 1, 30);
    const tokens = [...vocab.keys(), ...BYTE_TOKENS];
    const bpe = { vocab: new Map(tokens.map((token, id) => [token, id])), merges };
    const words = randomText(next, 900);
    const front = (characters: string, count: number) => Array.from(characters).slice(0, count).join('');
    const text = `${words} ${front(words, 2000)} ${front(words.replaceAll(' ', ''), 3000)}`;
    const ascii = text.replace(/[^a-e ]/gu, '');
    const encode = (file: Uint8Array, some: string) => [...Tokenizer.fromBuffer(file).encode(some)];
    expect(encode(fileOf(bpe), text)).toEqual(encodeWords(bpe, text));
    expect(encode(fileOf(bpe, { byte_fallback: true }), text)).toEqual(encodeWords(bpe, text));
    expect(encode(fileOf(bpe, {}, BYTE_WORDS), ascii)).toEqual(encodeWords(bpe, ascii));
    const whole = ascii.split(' ').flatMap((word) => bpe.vocab.get(word) ?? encodeWords(bpe, word));
    expect(encode(fileOf(bpe, { ignore_merges: true }, BYTE_WORDS), ascii)).toEqual(whole);
  }
});

test('pieces stay whole where byte tokens merge', () => {
  const tokens = [...BYTE_TOKENS, 'a', '<0xA9>a'];
  const vocab = new Map(tokens.map((token, id) => [token, id]));
  const merges: [string, string][] = [['<0xA9>', 'a']];
  const tokenizer = Tokenizer.fromBuffer(fileOf({ vocab, merges }, { byte_fallback: true }));
  expect([...tokenizer.encode('aéa')]).toEqual([256, 0xc3, 257]);
});
