import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

/** Splits by `regex`; a text's ids are as many as its pieces, of which those named have tokens. */
function splitter(regex: string, pieces: readonly string[] = []): Tokenizer {
  const pre_tokenizer = { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
  const vocab = Object.fromEntries(['<unk>', ...pieces].map((piece, id) => [piece, id]));
  const model = { type: 'WordLevel', unk_token: '<unk>', vocab };
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
  ['(?:a+)+b', 'a'],
  ['(?:(?:a+)+)+b', 'a'],
  ['(?:a+c?)+b', 'a'],
  ['(?:a{3,}c?)+b', 'a'],
  ['(?=(?:a+)+b)a', 'a'],
  ['(a*)*b', 'a'],
  [String.raw`(?:\s*\S*)*!`, 'a '],
  ['(?:(?:a*c*)*d*)*b', 'a'],
  ['(?:a?){30}b', 'a'],
])('%s gives up on a long run of %j without trying all ways', (regex, unit) => {
  expect(splitter(regex).count(unit.repeat(100_000))).toBe(1);
});

test('what was tried in vain is tried again where it can succeed', () => {
  const text = `${'a'.repeat(5000)} ${'a'.repeat(5000)}b ${'ab'.repeat(3000)}c`;
  expect(splitter('a+b').count(text)).toBe(3004);
  expect(splitter('(?:a|aa)+b').count(text)).toBe(3004);
  expect(splitter('(?:ab)+c').count(text)).toBe(2);
});

const A = 'a'.repeat(14);
// The first way of each tires the search, and the rest is tried with notes of what failed. The cuts of tokenizers 0.23.2.
test.each([
  ['(?:a|aa)+b|a{2,}$', [A]],
  ['(?:a|aa)+c|(?:a+)+b', [`${A} `, `${A}b`]],
  ['(?:a|aa)+c|(?:a*b?)*!', [`${A}ba!`, A]],
  ['(?:a|aa)+c|(?:a{2,}b?)*(?<=[ab]{3,5}b)', [`${A}b`, A]],
  [String.raw`(?:a|aa)+c|(?:\s*a*)*!`, [`${A}  aa!`, ` ${A}`]],
  ['(?:a|aa)+c|(?:a?){12}a{12}', [A]],
])('%s finds what it would find without notes', (regex, pieces) => {
  const tokenizer = splitter(regex, pieces);
  const ids = [...tokenizer.encode(pieces.join(''))];
  expect(ids.map((id) => tokenizer.idToToken(id))).toEqual(pieces);
});

// The cuts of tokenizers 0.23.2.
test.each([
  ['[[:alpha:]]+|[[:^punct:]]', ['ab', '1', ',', ' ', 'é漢', '.']],
  ['[^[:space:]]+', ['a', ' ', 'b', '\u3000', 'c']],
  [String.raw`\p{Tamil}+|\p{Emoji}`, ['அஆ', 'ab', '🙂', '1']],
  [String.raw`\p{^Alphabetic}|\P{ASCII}`, ['a', '1', 'é']],
  [String.raw`(?<w>\p{L}+)(?#a word)s`, ['words']],
  ['(?m:.)b|.c', ['a', '\nb', '\nc', 'dc']],
  ['(?mi)a.B', ['a\nb', 'x', 'A\nB']],
  [String.raw`\R+|x`, ['a', '\r\n\n\u2028', 'x']],
  ['(?<=^|ab)x', ['x', 'ab', 'x', '\n', 'x']],
  ['(?<!a|bc)x', ['ax bcx c', 'x']],
  ['(?<=(?:a|bc)d)x', ['ad', 'x', ' bcd', 'x', ' cdx']],
  ['(?<=ba{1,3})x', ['ba', 'x', ' baaaax aax']],
  ['(?:a*b?)*c', ['aabac', ' ', 'c', 'aab']],
  ['(?:a*?)+b', ['aab']],
  [String.raw`(?:\s*\p{L}*)+!`, ['a b c!', ' d']],
  [String.raw`(?i)'S|[^\r\n\p{L}\p{N}]?\p{L}+`, ["'s", '1', ' aBC', '1', 'ß', '1']],
  ['a{2}?b', ['aab', ' a', 'b']],
  ['a{3,1}a?', ['aaaa', 'aa']],
  [String.raw`\0x|\012`, ['x', '\n', 'x']],
])('%s cuts as in Oniguruma', (regex, pieces) => {
  const tokenizer = splitter(regex, pieces);
  const ids = [...tokenizer.encode(pieces.join(''))];
  expect(ids.map((id) => tokenizer.idToToken(id))).toEqual(pieces);
});

test.each([
  [String.raw`(a)\1`, 'has `\\1`'],
  ['(?<=a*)b', 'has look-behind of any length'],
  ['[[:nothing:]]', 'has an unknown POSIX bracket'],
  [String.raw`\p{Nothing}`, 'has the property `Nothing`'],
  ['(?~ab)', 'has the group `(?~`'],
  [String.raw`(?i)[\S]1`, 'in brackets under (?i)'],
  ['(?<=^a?)c', 'has an anchor in look-behind of varying length'],
  ['(?#a', 'has a comment without `)`'],
])('%s is refused by name', (regex, reason) => {
  expect(() => splitter(regex)).toThrow(reason);
});
