import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

interface Model {
  type?: string;
  merges?: [string, string][];
}
interface File {
  model: Model;
}

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'tokenizer');
const TEXTS = ["The quick brown fox's 漢字 naïve\n\n", '  a\tb "c\\d" <0x41> ▁x', '🙂'];

function unpack(name: string): File {
  return JSON.parse(gunzipSync(readFileSync(join(FIXTURES, `${name}.json.gz`))).toString()) as File;
}

function load(file: File, write: (file: File) => string = JSON.stringify): Tokenizer {
  return Tokenizer.fromBuffer(Buffer.from(write(file)));
}

/** The file as tokenizers wrote it once: no type, merges in one string each behind a line that tells a version. */
function asOnce({ model, ...rest }: File): File {
  const { type: _, merges, ...members } = model;
  const lines = merges && ['#version: 0.2', ...merges.map((merge) => merge.join(' '))];
  return { ...rest, model: { ...members, ...(lines && { merges: lines as never }) } };
}

/** Members in the opposite order, so that merges come before the vocabulary. */
function backwards({ model, ...rest }: File): File {
  return { model: Object.fromEntries(Object.entries(model).toReversed()), ...rest };
}

/** Every character beyond ASCII, and every letter a, as an escape. */
function escaped(file: File): string {
  const escape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(file).replace(/[\u0080-\uffff]|(?<!\\)a(?=[^"]*" ?[\],:])/g, escape);
}

test.each(['gpt2', 'llama2', 't5', 'bert-uncased', 'word-level'])(
  '%s gives the same ids however its file is written',
  (name) => {
    const file = unpack(name);
    const plain = load(file);
    const others = [load(asOnce(file)), load(backwards(file)), load(file, escaped)];
    for (const text of TEXTS) {
      const ids = plain.encode(text);
      for (const other of others) {
        expect(other.encode(text)).toEqual(ids);
        expect(other.decode(ids)).toBe(plain.decode(ids));
      }
    }
  },
);
