import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

interface Split {
  type: string;
  pattern: { Regex: string };
}
interface File {
  added_tokens: { id: number; content: string }[];
  pre_tokenizer: { type: string; pretokenizers: Split[] };
}

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'tokenizer');
const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const BYTES = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };

function unpack(name: string): string {
  return gunzipSync(readFileSync(join(FIXTURES, `${name}.json.gz`))).toString();
}

/** The same tokenizer with its pattern spelt in a way that no rule is known for. */
function byGeneralMatcher(name: string): Tokenizer {
  const file = JSON.parse(unpack(name)) as File;
  const split = file.pre_tokenizer.pretokenizers?.[0];
  const pattern = { Regex: `(?:${split?.pattern.Regex ?? GPT2})` };
  const general = { type: 'Split', pattern, behavior: 'Isolated', invert: false };
  const pretokenizers = [general, BYTES];
  return Tokenizer.fromBuffer(
    Buffer.from(JSON.stringify({ ...file, pre_tokenizer: { type: 'Sequence', pretokenizers } })),
  );
}

/** Texts longer than a window of the rules, so that pieces meet its end in many ways. */
function longTexts(): string[] {
  const { strings } = JSON.parse(unpack('goldens')) as { strings: string[] };
  const joined = (from: number, step: number): string =>
    Array.from({ length: 500 }, (_, i) => strings[(from + i * step) % strings.length] ?? '').join('');
  const runs = [
    'a',
    '1',
    ' ',
    'a  ',
    '       \u3000',
    '-',
    '\n',
    'é',
    '漢',
    '\u0301',
    "'s",
    "l'lLl",
    "e're'rEe",
    ' \u3000',
    'aB',
    '!\u0301',
    '/\n',
    ';\n/*a',
    ';\n/!\u0301a',
    ';\n/…é',
    ';\n/\u0301',
  ];
  return [
    ...Array.from({ length: 20 }, (_, i) => joined(i * 7, i * 2 + 1)),
    ...runs.flatMap((run) => [4090, 4096, 4170].map((size) => run.repeat(size / run.length) + 'x 1')),
  ];
}

test.each(['gpt2', 'llama3', 'qwen', 'o200k', 'neox'])(
  'the rule of %s cuts any text as its pattern does',
  (name) => {
    const rule = Tokenizer.fromBuffer(Buffer.from(unpack(name)));
    const general = byGeneralMatcher(name);
    expect(rule.path).toContain('hand-written');
    expect(general.path).toContain('general matcher');
    const { strings } = JSON.parse(unpack('goldens')) as { strings: string[] };
    for (const text of [...strings, ...longTexts()]) {
      expect(rule.encode(text), JSON.stringify(text.slice(0, 80))).toEqual(general.encode(text));
    }
  },
);

test('added tokens of many blanks are found, and take no more of the cache with every use', () => {
  const file = JSON.parse(unpack('neox')) as File;
  const indentation = ' '.repeat(20);
  const added = [...file.added_tokens, { ...file.added_tokens.at(-1), id: 0, content: indentation }];
  const tokenizer = Tokenizer.fromBuffer(Buffer.from(JSON.stringify({ ...file, added_tokens: added })));
  const id = tokenizer.tokenToId(indentation);
  const text = `a${indentation} b`;
  expect([...tokenizer.encode(text)]).toContain(id);
  const { caches } = tokenizer.memoryBytes;
  for (let i = 0; i < 3000; i++) tokenizer.encode(text);
  expect(tokenizer.memoryBytes.caches).toBe(caches);
});

test('o200k keeps a contraction with its word where its second letter alone is a capital', () => {
  const [split] = (JSON.parse(unpack('o200k')) as File).pre_tokenizer.pretokenizers;
  const pre_tokenizer = { ...split, behavior: 'Isolated', invert: false };
  // The cuts of tokenizers 0.23.2.
  const pieces = ["l'lL", 'x', " we'rE", 'Ve', " I'vE"];
  const vocab = Object.fromEntries(['<unk>', ...pieces].map((piece, id) => [piece, id]));
  const model = { type: 'WordLevel', unk_token: '<unk>', vocab };
  const tokenizer = Tokenizer.fromBuffer(
    Buffer.from(JSON.stringify({ version: '1.0', pre_tokenizer, model })),
  );
  expect(tokenizer.path).toContain('hand-written');
  expect([...tokenizer.encode(pieces.join(''))]).toEqual([1, 2, 3, 4, 5]);
});
