// tokenizer.json files of OpenAI's encodings, made from the ranks that npm `tiktoken` ships: every token is split back
// into the two parts that the merges of lower rank leave of it, which is its place in a merge list.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const CACHE = join(HERE, 'node_modules', '.encodings');

const LLAMA3 = { ignoreMerges: true };
const QWEN = {
  normalizer: { type: 'NFC' },
  edit: (pattern) => pattern.replace('\\p{N}{1,3}', '\\p{N}'),
};
const NEOX = {
  normalizer: { type: 'NFC' },
  added: Array.from({ length: 23 }, (_, i) => ' '.repeat(i + 2)),
};

/** Name: the tiktoken encoding it is made from, and what is changed. */
const MADE_FROM = {
  gpt2: ['gpt2', {}],
  cl100k: ['cl100k_base', {}],
  o200k: ['o200k_base', {}],
  'llama3-kind': ['cl100k_base', LLAMA3],
  'qwen-kind': ['cl100k_base', QWEN],
  'neox-kind': ['gpt2', NEOX],
};

export const ENCODINGS = Object.keys(MADE_FROM);

function alphabet() {
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => {
    const visible = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
    return String.fromCodePoint(visible ? b : next++);
  });
}

/** Ranks by token, tokens as Latin-1 strings. */
function readRanks(text) {
  const ranks = new Map();
  for (const line of text.split('\n')) {
    const [, start, ...tokens] = line.split(' ');
    tokens.forEach((token, i) =>
      ranks.set(Buffer.from(token, 'base64').toString('latin1'), Number(start) + i),
    );
  }
  return ranks;
}

function partsOf(token, ranks) {
  const limit = ranks.get(token);
  const parts = [...token];
  while (parts.length > 2) {
    let best = -1;
    let bestRank = limit;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(parts[i] + parts[i + 1]) ?? Infinity;
      if (rank < bestRank) [best, bestRank] = [i, rank];
    }
    if (best < 0) return null;
    parts.splice(best, 2, parts[best] + parts[best + 1]);
  }
  return parts;
}

function modelOf(ranks, ignoreMerges) {
  const characters = alphabet();
  const spell = (token) => [...token].map((c) => characters[c.charCodeAt(0)]).join('');
  const byRank = [...ranks].toSorted((a, b) => a[1] - b[1]);
  const merges = byRank
    .filter(([token]) => token.length > 1)
    .map(([token]) => partsOf(token, ranks))
    .filter((parts) => parts !== null)
    .map((parts) => parts.map(spell));
  return {
    type: 'BPE',
    ignore_merges: ignoreMerges === true,
    vocab: Object.fromEntries(byRank.map(([token, rank]) => [spell(token), rank])),
    merges,
  };
}

function fileOf(name) {
  const [encoding, change] = MADE_FROM[name];
  const source = JSON.parse(
    readFileSync(join(HERE, `node_modules/tiktoken/encoders/${encoding}.json`), 'utf8'),
  );
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true };
  const pattern = change.edit?.(source.pat_str) ?? source.pat_str;
  const split = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
  const pretokenizers = [split, { ...byteLevel, use_regex: false }];
  const options = { single_word: false, lstrip: false, rstrip: false };
  const end = { id: 0, content: '<|endoftext|>', special: true, normalized: false, ...options };
  const added = (change.added ?? []).map((content) => ({
    id: 0,
    content,
    special: false,
    normalized: true,
    ...options,
  }));
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [end, ...added],
    normalizer: change.normalizer ?? null,
    pre_tokenizer:
      encoding === 'gpt2' ? { ...byteLevel, use_regex: true } : { type: 'Sequence', pretokenizers },
    post_processor: { ...byteLevel, use_regex: true },
    decoder: { ...byteLevel, use_regex: true },
    model: modelOf(readRanks(source.bpe_ranks), change.ignoreMerges),
  };
}

/** Path of the tokenizer.json of an encoding; made on first use. */
export function encodingFile(name) {
  const path = join(CACHE, `${name}.json`);
  if (!existsSync(path)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(path, JSON.stringify(fileOf(name)));
  }
  return path;
}
