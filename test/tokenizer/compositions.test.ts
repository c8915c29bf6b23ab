import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

interface Golden {
  readonly name: string;
  readonly file: object;
  readonly texts: readonly string[];
  /** For each text: ids, ids without special tokens, text, text with special tokens; null where the reference fails. */
  readonly encoded: readonly ([number[], number[], string, string] | null)[];
  readonly ids: readonly number[][];
  readonly decoded: readonly ([string, string] | null)[];
  /** For each list of ids: what a stream says to each of them, and with special tokens; up to the reference's first error. */
  readonly streamed: readonly [string[], string[]][];
}

const PATH = join(import.meta.dirname, '..', 'fixtures', 'tokenizer', 'compositions.json.br');
const goldens = JSON.parse(brotliDecompressSync(readFileSync(PATH)).toString()) as Golden[];
const AS_STORED = { truncate: true, pad: true };

function decode(tokenizer: Tokenizer, ids: ArrayLike<number>): [string, string] {
  return [tokenizer.decode(ids), tokenizer.decode(ids, { skipSpecialTokens: false })];
}

function encode(tokenizer: Tokenizer, text: string): [number[], number[], string, string] {
  const ids = tokenizer.encode(text, AS_STORED);
  const plain = tokenizer.encode(text, { ...AS_STORED, addSpecialTokens: false });
  return [[...ids], [...plain], ...decode(tokenizer, ids)];
}

function stream(tokenizer: Tokenizer, ids: readonly number[], skipSpecialTokens: boolean): string[] {
  const growing = tokenizer.stream({ skipSpecialTokens });
  const pieces = [...ids.map((id) => growing.push(id)), growing.end()];
  expect(
    pieces.filter((piece) => /\p{Surrogate}/u.test(piece)),
    'pieces that end within a character',
  ).toEqual([]);
  return pieces;
}

test.each(goldens.map((golden) => [golden.name, golden] as const))(
  '%s: components put together anyhow give the ids and texts of tokenizers 0.23.2',
  (name, { file, texts, encoded, ids, decoded, streamed }) => {
    const tokenizer = Tokenizer.fromBuffer(Buffer.from(JSON.stringify(file)), name);
    encoded.forEach((expected, i) => {
      if (expected !== null) expect(encode(tokenizer, texts[i] ?? ''), texts[i]).toEqual(expected);
    });
    decoded.forEach((expected, i) => {
      if (expected !== null) expect(decode(tokenizer, ids[i] ?? []), String(ids[i])).toEqual(expected);
    });
    streamed.forEach((both, i) => {
      both.forEach((expected, side) => {
        const pieces = stream(tokenizer, ids[i] ?? [], side === 0);
        expect(pieces.slice(0, expected.length), String(ids[i])).toEqual(expected);
      });
    });
  },
);
