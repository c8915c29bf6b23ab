import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

const NOT_UTF8 = 'Cannot use x: not JSON: the file is not UTF-8.';

function load(model: string, encoding: BufferEncoding = 'utf8'): Tokenizer {
  return Tokenizer.fromBuffer(Buffer.from(`{"version":"1.0","model":${model}}`, encoding), 'x');
}

test('a token written several times keeps its last id, and only that', () => {
  const tokenizer = load('{"type":"WordLevel","unk_token":"b","vocab":{"a":0,"b":1,"a":2,"c":3,"a":4}}');
  expect(tokenizer.vocabularySize).toBe(3);
  expect([...tokenizer.encode('a')]).toEqual([4]);
  expect([0, 1, 2, 3, 4].map((id) => tokenizer.idToToken(id))).toEqual([undefined, 'b', undefined, 'c', 'a']);
});

test('merges make the last id of a token written twice', () => {
  const tokenizer = load('{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"c":3,"ab":4},"merges":[["a","b"]]}');
  expect([...tokenizer.encode('cab')]).toEqual([3, 4]);
});

test('the prefix of continuing tokens may stand behind the merges', () => {
  const vocab = '"vocab":{"a":0,"##b":1,"ab":2}';
  const tokenizer = load(`{"type":"BPE",${vocab},"merges":["a ##b"],"continuing_subword_prefix":"##"}`);
  expect([...tokenizer.encode('ab')]).toEqual([2]);
});

test.each([
  ['a token', '{"type":"WordLevel","unk_token":"a","vocab":{"a":0,"\xff":1}}'],
  ['a merge', '{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"],["a","\xff"]]}'],
  [
    'a merge of a model without merges',
    '{"type":"WordLevel","unk_token":"a","vocab":{"a":0},"merges":["a \xff"]}',
  ],
  ['the line of a version', '{"type":"BPE","vocab":{"a":0},"merges":["#version: \xff"]}'],
  ['a member that nothing reads', '{"type":"WordLevel","unk_token":"a","vocab":{"a":0},"\xff":1}'],
  ['the space between members', '{"type":"WordLevel",\xff"unk_token":"a","vocab":{"a":0}}'],
])('bytes that are not UTF-8 are refused in %s', (_, model) => {
  expect(() => load(model, 'latin1')).toThrow(NOT_UTF8);
});

test('a merge of unknown tokens is refused by its number, in a model that merges', () => {
  const merges = '"vocab":{"a":0,"b":1},"merges":["#version: 0.2","a b"]}';
  expect(() => load(`{"type":"BPE",${merges}`)).toThrow(
    'merge 1 needs the token `ab`, which is not in the vocabulary',
  );
  expect(load(`{"type":"WordLevel","unk_token":"a",${merges}`).vocabularySize).toBe(2);
});

/** A model of 20,000 merges: of a character before an `a` where its number is even, behind it where it is odd. */
function manyMerges(instead: Record<number, string> = {}): string {
  const characters = Array.from({ length: 20_000 }, (_, i) => String.fromCodePoint(0x4e00 + i));
  const merges = characters.map((c, i) => (i % 2 === 0 ? `${c} a` : `a ${c}`));
  const tokens = ['a', ...characters, ...merges.map((merge) => merge.replace(' ', ''))];
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  return JSON.stringify({ type: 'BPE', vocab, merges: merges.map((merge, i) => instead[i] ?? merge) });
}

test('of many merges the one that stands first goes first', () => {
  const tokenizer = load(manyMerges());
  const idsAround = (before: number, behind: number) => [
    ...tokenizer.encode(`${String.fromCodePoint(0x4e00 + before)}a${String.fromCodePoint(0x4e00 + behind)}`),
  ];
  expect(idsAround(18_000, 3)).toEqual([18_001, 20_004]);
  expect(idsAround(4, 17_001)).toEqual([20_005, 17_002]);
  expect(idsAround(9000, 9001)).toEqual([29_001, 9002]);
});

test('of many merges the first wrong one is told', () => {
  expect(() => load(manyMerges({ 19_000: 'x a', 9000: 'y a', 9001: 'z a' }))).toThrow(
    'merge 9001 needs the token `y`',
  );
  expect(() => load(manyMerges({ 17_000: 'a' }))).toThrow(
    'merge 17001 is not two tokens with one space between',
  );
});

test('without merging, a token is itself at first sight, unless it is written in other letters than bytes are', () => {
  const letters = Array.from('0123456789abæ¼¢');
  const vocab = Object.fromEntries([...letters, 'ab', '漢'].map((token, id) => [token, id]));
  const model = JSON.stringify({ type: 'BPE', vocab, merges: [], ignore_merges: true });
  const steps =
    '"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}';
  const tokenizer = Tokenizer.fromBuffer(Buffer.from(`{"version":"1.0",${steps},"model":${model}}`));
  expect([...tokenizer.encode('ab')]).toEqual([15]);
  expect([...tokenizer.encode('漢')]).toEqual([12, 13, 14]);
});

test('the last list of added tokens counts, and anything else than a list is refused', () => {
  const model = '"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0}}';
  const withTokens = (...lists: string[]) =>
    Tokenizer.fromBuffer(
      Buffer.from(`{${lists.map((list) => `"added_tokens":${list},`).join('')}${model}}`),
      'x',
    );
  const rest = '"single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true';
  const list = (content: string) => `[{"content":"${content}",${rest}}]`;
  expect([...withTokens(list('b'), list('c')).specialTokens]).toEqual([['c', 1]]);
  expect(withTokens(list('b'), 'null').specialTokens.size).toBe(0);
  expect(() => withTokens('{}')).toThrow(
    'not JSON: expected the added tokens as a list, got `{` at line 1, column 17.',
  );
  expect(() => withTokens('[{"content":"b"}]')).toThrow(
    'expected an added token to have "single_word", which is missing',
  );
});

test('a large file is read like a small one', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tokenizer-'));
  try {
    const model = '{"type":"WordLevel","unk_token":"b","vocab":{"a":0,"b":1}}';
    const file = join(directory, 'tokenizer.json');
    writeFileSync(file, `{"version":"1.0","model":${model}${' '.repeat(3 << 20)}}`);
    expect([...Tokenizer.fromDirectory(directory).encode('a')]).toEqual([0]);
    writeFileSync(file, ' '.repeat(3 << 20));
    expect(() => Tokenizer.fromFile(file)).toThrow(
      'not JSON: expected an object, got the end of the file at line 1',
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
