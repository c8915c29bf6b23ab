import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

/** Splits by `regex`; a text's ids are as many as its pieces. */
function splitter(regex: string): Tokenizer {
  const pre_tokenizer = { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
  const model = { type: 'WordLevel', unk_token: 'u', vocab: { u: 0 } };
  return Tokenizer.fromBuffer(Buffer.from(JSON.stringify({ version: '1.0', pre_tokenizer, model })));
}

test.each([
  ['a+b', 'a'],
  ['a++b', 'a'],
  ['a*?b', 'a'],
  ['(?:a|aa)+b', 'a'],
  ['(?:ab)+c', 'ab'],
  [String.raw`[ab]\p{L}*\d`, 'ab'],
  [String.raw`(?:\D{2,4})+c`, 'a'],
  [String.raw`\s+(?!\S)x|q`, ' '],
  ['(?:(?:a|b)*?c)+d', 'ab'],
  ['(?=a*b)a', 'a'],
])('%s gives up on a long run of %j without trying all ways', (regex, unit) => {
  expect(splitter(regex).count(unit.repeat(100_000))).toBe(1);
});

test('what was tried in vain is tried again where it can succeed', () => {
  const text = `${'a'.repeat(5000)} ${'a'.repeat(5000)}b ${'ab'.repeat(3000)}c`;
  expect(splitter('a+b').count(text)).toBe(3004);
  expect(splitter('(?:a|aa)+b').count(text)).toBe(3004);
  expect(splitter('(?:ab)+c').count(text)).toBe(2);
});
