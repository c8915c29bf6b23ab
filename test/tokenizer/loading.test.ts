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
