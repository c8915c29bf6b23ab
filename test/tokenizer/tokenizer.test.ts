import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';
import { byteTokenizer } from '../helpers/byte-tokenizer.js';

test('bytes without merges become one id each, after the template token', () => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  expect([...tokenizer.encode('Hi é')]).toEqual([0, ...[72, 105, 32, 195, 169].map((byte) => byte + 1)]);
  expect(tokenizer.encode('Hi', { addSpecialTokens: false }).length).toBe(2);
  expect(tokenizer.count('Hi')).toBe(3);
  expect(tokenizer.vocabularySize).toBe(257);
  expect(tokenizer.specialTokens).toEqual(new Map([['<|end|>', 0]]));
});

test('special tokens in the text count as tokens unless they are taken literally', () => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  expect([...tokenizer.encode('a<|end|>', { addSpecialTokens: false })]).toEqual([98, 0]);
  expect(tokenizer.count('a<|end|>', { addSpecialTokens: false, literalSpecials: true })).toBe(8);
});

test('decoding gives the text back, and a stream never splits a character', () => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  const ids = tokenizer.encode('naïve 漢字 🙂');
  expect(tokenizer.decode(ids)).toBe('naïve 漢字 🙂');
  expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe('<|end|>naïve 漢字 🙂');
  const stream = tokenizer.stream();
  const pieces = [...ids].map((id) => stream.push(id));
  expect(pieces.filter((piece) => piece !== '')).toEqual(Array.from('naïve 漢字 🙂'));
  expect(stream.end()).toBe('');
});

test('a buffer that is too small is refused with the room it needs', () => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  const target = new Uint32Array(4);
  expect(tokenizer.encodeInto('abc', target)).toBe(4);
  expect([...target]).toEqual([0, 98, 99, 100]);
  expect(() => tokenizer.encodeInto('abcd', target)).toThrow('Expected room for 5 ids, got 4.');
});

test('texts longer than the pool are encoded whole', () => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  const ids = tokenizer.encode('x'.repeat(100_000));
  expect(ids.length).toBe(100_001);
  expect(new Set(ids.subarray(1))).toEqual(new Set([121]));
});

test('a batch gives each text the ids it has alone, whatever the number of threads', () => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  const texts = Array.from({ length: 300 }, (_, i) => 'text '.repeat(i % 7) + String(i));
  for (const threads of [1, 2, 3]) {
    const { ids, offsets } = tokenizer.encodeBatch(texts, { threads });
    texts.forEach((text, i) => {
      expect(ids.subarray(offsets[i], offsets[i + 1])).toEqual(tokenizer.encode(text));
    });
  }
});

test.each([
  ['alike', () => 20],
  ['longer and longer', (i: number) => i / 50],
  ['shorter and shorter', (i: number) => 40 - i / 50],
  ['empty first', (i: number) => (i < 1000 ? 0 : 9)],
  ['empty last', (i: number) => (i < 1000 ? 9 : 0)],
])('a large batch of texts that are %s takes little more memory than its ids', (_, lengthOf) => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  const texts = Array.from({ length: 2000 }, (_, i) => String(i % 10).repeat(lengthOf(i)));
  const expected = texts.map((text) => tokenizer.encode(text, { addSpecialTokens: false }));
  for (const threads of [1, 2, 3]) {
    const { ids, offsets } = tokenizer.encodeBatch(texts, { addSpecialTokens: false, threads });
    expect(Array.from(texts, (_, i) => ids.subarray(offsets[i], offsets[i + 1]))).toEqual(expected);
    expect(ids.length).toBe(expected.reduce((sum, { length }) => sum + length, 0));
    expect(ids.buffer.byteLength).toBeLessThanOrEqual(1.5 * ids.byteLength);
  }
});

test('bytes are encoded like the string they spell, invalid ones as U+FFFD', () => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  expect(tokenizer.encode(Buffer.from('é'))).toEqual(tokenizer.encode('é'));
  expect(tokenizer.encode(Uint8Array.of(0x61, 0xe2, 0x82, 0x62))).toEqual(tokenizer.encode('a\uFFFDb'));
  expect(tokenizer.encode('\uD800')).toEqual(tokenizer.encode('\uFFFD'));
});

test('a file that is missing, not JSON or of an unknown kind is refused in one sentence', () => {
  expect(() => Tokenizer.fromFile('/nowhere/tokenizer.json')).toThrow(
    'Cannot read the tokenizer /nowhere/tokenizer.json: there is no such file.',
  );
  expect(() => Tokenizer.fromBuffer(Buffer.from('{"version": "1.0",\n oops}'), 'x.json')).toThrow(
    'Cannot use x.json: not JSON: expected a string, got `o` at line 2, column 2.',
  );
  expect(() => Tokenizer.fromBuffer(Buffer.from('{"model":{"type":"Abc","vocab":{}}}'))).toThrow(
    'unknown model type `Abc`',
  );
});

test('ids that the table of merges has no room for are refused', () => {
  const file = (id: number) =>
    Buffer.from(JSON.stringify({ model: { type: 'BPE', vocab: { a: 0, aa: id }, merges: ['a a'] } }));
  expect([...Tokenizer.fromBuffer(file(2_097_150)).encode('aa')]).toEqual([2_097_150]);
  expect(() => Tokenizer.fromBuffer(file(2_097_151))).toThrow('a BPE model of ids below 2097151');
});

test('misuse is a TypeError', () => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  expect(() => tokenizer.encode(5 as unknown as string)).toThrow(
    'Expected text to be a string or a Uint8Array',
  );
});
