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

test.each(goldens.map((golden) => [golden.name, golden] as const))(
  '%s: components put together anyhow give the ids and texts of tokenizers 0.23.2',
  (name, { file, texts, encoded, ids, decoded }) => {
    const tokenizer = Tokenizer.fromBuffer(Buffer.from(JSON.stringify(file)), name);
    encoded.forEach((expected, i) => {
      if (expected !== null) expect(encode(tokenizer, texts[i] ?? ''), texts[i]).toEqual(expected);
    });
    decoded.forEach((expected, i) => {
      if (expected !== null) expect(decode(tokenizer, ids[i] ?? []), String(ids[i])).toEqual(expected);
    });
  },
);
