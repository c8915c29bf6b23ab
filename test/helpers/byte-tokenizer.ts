/** GPT-2's visible alphabet: the character that stands for each byte. */
export function byteAlphabet(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const visible = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(visible ? byte : next++);
  });
}

/** A tokenizer.json of 257 tokens: `<|end|>` (id 0, put before every text) and the 256 bytes. */
export function byteTokenizer(): Uint8Array {
  const vocab = Object.fromEntries([['<|end|>', 0], ...byteAlphabet().map((c, i) => [c, i + 1])]);
  const end = { special: true, single_word: false, lstrip: false, rstrip: false, normalized: false };
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [{ id: 0, content: '<|end|>', ...end }],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<|end|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '<|end|>': { id: '<|end|>', ids: [0], tokens: ['<|end|>'] } },
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', vocab, merges: [] },
  };
  return Buffer.from(JSON.stringify(file));
}
