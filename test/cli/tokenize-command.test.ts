import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tokenizeCommand, tokenizeLines } from '../../src/cli/tokenize-command.js';
import { byteTokenizer } from '../helpers/byte-tokenizer.js';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tokenize-'));
  writeFileSync(join(directory, 'tokenizer.json'), byteTokenizer());
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function answer(
  input: string | Readable,
  flags: Partial<Parameters<typeof tokenizeLines>[0]> = {},
): Promise<string> {
  const output = new PassThrough();
  const all = text(output);
  const stream = typeof input === 'string' ? Readable.from([Buffer.from(input)]) : input;
  try {
    await tokenizeLines({ tokenizer: directory, special: true, ...flags }, stream, output);
  } finally {
    output.end();
  }
  return all;
}

test('every string of stdin becomes a line of ids', async () => {
  expect(await answer('"ab"\n""\n"\\u00e9"\n')).toBe('[0,98,99]\n[0]\n[0,196,170]\n');
});

test('no special tokens are added with --no-special, but those written in the text count', async () => {
  expect(await answer('"ab<|end|>"\n', { special: false })).toBe('[98,99,0]\n');
  expect(await answer('"<|end|>"', { special: false, literalSpecials: true, count: true })).toBe('7\n');
});

test('counts and decoding are the other two answers', async () => {
  expect(await answer('"ab"\n"abc"\n', { count: true })).toBe('3\n4\n');
  expect(await answer('[0,98,99]\n[]\n', { decode: true })).toBe('"ab"\n""\n');
  expect(await answer('[0,98]\n', { decode: true, keepSpecial: true })).toBe('"<|end|>a"\n');
});

test('a chunk may end anywhere, inside a character too, and the last line needs no end', async () => {
  const bytes = Buffer.from('"naïve 漢字 🙂"\n"b"');
  const single = Readable.from([...bytes].map((byte) => Buffer.of(byte)));
  expect(await answer(single)).toBe(await answer(bytes.toString()));
});

test('large input streams through', async () => {
  const line = `${JSON.stringify('word '.repeat(2000))}\n`;
  const many = Readable.from(
    (function* () {
      for (let i = 0; i < 200; i++) yield Buffer.from(line);
    })(),
  );
  const lines = (await answer(many, { count: true })).trimEnd().split('\n');
  expect(lines).toEqual(Array.from({ length: 200 }, () => '10001'));
});

test('a bad line is named in one sentence', async () => {
  await expect(answer('"a"\n{oops\n')).rejects.toThrow('Expected JSON on line 2 of stdin, got `{oops`.');
  await expect(answer('"a"\n\n"b"\n')).rejects.toThrow(
    'Expected JSON on line 2 of stdin, got an empty line.',
  );
  await expect(answer('5\n')).rejects.toThrow('Expected line 1 of stdin to be a JSON string, got a number.');
  await expect(answer('[1,-1]\n', { decode: true })).rejects.toThrow(
    'Expected line 1 of stdin to be a JSON array of token ids, got an array.',
  );
});

test('contradictory flags and a missing file are refused', async () => {
  await expect(answer('', { count: true, decode: true })).rejects.toThrow('got both');
  await expect(answer('', { tokenizer: '/nowhere' })).rejects.toThrow('there is no such file');
});

test('the command declares what it takes', () => {
  const names = tokenizeCommand().options.map((option) => option.long);
  expect(names).toEqual(
    expect.arrayContaining(['--tokenizer', '--no-special', '--count', '--decode', '--truncate', '--pad']),
  );
});
