import { SweepError } from '../errors.js';

const END_OF_TEXT = '<|endoftext|>';
const N_BYTES = 256;
// Frequent letters first, so that a small vocabulary already holds the common pairs.
const FREQUENT = ' etaoinshrdlucmfwypvbgkjqxz';

/**
 * A byte-level BPE tokenizer.json with exactly `vocabulary` tokens: end of text (id 0), the 256 bytes, then merges.
 * It is made by rule, not trained: every text can be encoded, and lengths are plausible.
 */
export function syntheticTokenizer(vocabulary: number): Record<string, unknown> {
  if (!Number.isInteger(vocabulary) || vocabulary < N_BYTES + 1) {
    throw new SweepError(
      'BAD_VOCABULARY',
      `Expected a vocabulary of at least ${N_BYTES + 1} (every byte and end of text), got ${vocabulary}; ask for a larger --vocab.`,
    );
  }
  const pieces = byteCharacters();
  const merges = mergesFor(pieces, vocabulary - N_BYTES - 1);
  const tokens = [END_OF_TEXT, ...pieces, ...merges.map(([left, right]) => left + right)];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [addedToken()],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}

/** The tokenizer_config.json that goes with it. */
export function syntheticTokenizerConfig(context: number): Record<string, unknown> {
  return {
    add_prefix_space: false,
    bos_token: END_OF_TEXT,
    eos_token: END_OF_TEXT,
    unk_token: END_OF_TEXT,
    clean_up_tokenization_spaces: false,
    model_max_length: context,
    tokenizer_class: 'PreTrainedTokenizerFast',
  };
}

function addedToken(): Record<string, unknown> {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return { id: 0, content: END_OF_TEXT, ...flags };
}

/** GPT-2's printable character for every byte, frequent letters first. */
function byteCharacters(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = N_BYTES;
  const characters = Array.from({ length: N_BYTES }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : next++),
  );
  const first = Array.from(FREQUENT, (letter) => letter.charCodeAt(0));
  const rest = [...characters.keys()].filter((byte) => !first.includes(byte));
  return [...first, ...rest].map((byte) => characters[byte] ?? '');
}

/** Pairs in the order of their sum of ranks, then pairs of pairs with bytes: as many as are asked for, all distinct. */
function mergesFor(pieces: readonly string[], count: number): [string, string][] {
  const merges: [string, string][] = [];
  let left: readonly string[] = pieces;
  while (merges.length < count) {
    const before = merges.length;
    for (let sum = 0; sum < left.length + pieces.length - 1 && merges.length < count; sum++) {
      for (let rank = Math.max(0, sum - pieces.length + 1); rank <= Math.min(sum, left.length - 1); rank++) {
        if (merges.length < count) merges.push([left[rank] ?? '', pieces[sum - rank] ?? '']);
      }
    }
    left = merges.slice(before).map(([first, second]) => first + second);
  }
  return merges;
}
