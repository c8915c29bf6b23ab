import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';

/** A file of the given sections; a model given as a list of tokens is a WordLevel whose unknown is `u`. */
function load(sections: Record<string, unknown>, words: string[] = ['u', 'a']): Tokenizer {
  const vocab = Object.fromEntries(words.map((word, id) => [word, id]));
  const model = { type: 'WordLevel', unk_token: 'u', vocab };
  return Tokenizer.fromBuffer(Buffer.from(JSON.stringify({ version: '1.0', model, ...sections })));
}

function added(content: string, options: Record<string, boolean> = {}): Record<string, unknown> {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: false };
  return { id: 0, content, ...flags, ...options };
}

function unigram(unkId: number | null, vocab: [string, number][]): Record<string, unknown> {
  return { type: 'Unigram', unk_id: unkId, vocab, byte_fallback: false };
}

function sequence(kind: string, ...steps: unknown[]): Record<string, unknown> {
  return { type: 'Sequence', [kind]: steps };
}

function template(single: string, special: Record<string, number> = {}): Record<string, unknown> {
  const piece = (id: string): unknown =>
    id in special ? { SpecialToken: { id, type_id: 0 } } : { Sequence: { id, type_id: 0 } };
  const tokens = Object.entries(special).map(([id, n]) => [id, { id, ids: [n], tokens: [id] }] as const);
  const pair = ['B', 'A'].map(piece);
  const special_tokens = Object.fromEntries(tokens);
  return { type: 'TemplateProcessing', single: single.split(' ').map(piece), pair, special_tokens };
}

// Expected ids and texts are those of tokenizers 0.23.2 for the same files.

test('the normal form of an added token outlives it when another one takes its id', () => {
  const added_tokens = [added('x', { normalized: true }), added('x')];
  const tokenizer = load({ added_tokens, normalizer: { type: 'Prepend', prepend: '_' } }, ['u']);
  const ids = tokenizer.encode('x');
  expect([...ids]).toEqual([1]);
  expect(tokenizer.decode(ids)).toBe('_x');
});

test('an added token that the one before has swallowed is not there', () => {
  const tokenizer = load({ added_tokens: [added('  ', { lstrip: true, rstrip: true })] });
  expect([...tokenizer.encode('a      a')]).toEqual([1, 2, 1]);
});

test('an unknown character is no error where tokens cover it', () => {
  const model = unigram(null, [
    ['ab', -1],
    ['a', -9],
  ]);
  const tokenizer = load({ model });
  expect([...tokenizer.encode('abab')]).toEqual([0, 0]);
  expect(() => tokenizer.encode('ba')).toThrow('outside the vocabulary');
});

test('a token twice in a list counts twice, and both ids name it', () => {
  const model = unigram(0, [
    ['u', -1],
    ['a', -1],
    ['a', -2],
  ]);
  const tokenizer = load({ added_tokens: [added('new')], model });
  expect([...tokenizer.encode('newa')]).toEqual([3, 2]);
  expect([1, 2].map((id) => tokenizer.idToToken(id))).toEqual(['a', 'a']);
});

test('a truncation to nothing leaves nothing, whatever its strategy', () => {
  const truncation = { direction: 'Right', max_length: 0, strategy: 'OnlySecond', stride: 0 };
  expect([...load({ truncation }).encode('a', { truncate: true })]).toEqual([]);
});

test('post-processors in a row see the pieces of a template as sequences', () => {
  const roberta = { type: 'RobertaProcessing', sep: ['s', 8], cls: ['c', 9], trim_offsets: true };
  const steps = [template('<s> A', { '<s>': 7 }), { ...roberta, add_prefix_space: true }, template('A A')];
  const tokenizer = load({ post_processor: sequence('processors', ...steps) });
  expect([...tokenizer.encode('a')]).toEqual([8, 1, 8, 9, 7, 8]);
  expect([...tokenizer.encode('a', { addSpecialTokens: false })]).toEqual([1, 1]);
  expect(() => load({ post_processor: sequence('processors', template('A A A'), template('A')) })).toThrow(
    'one sequence or two from the one before, got 3',
  );
});

test('a text that was stripped away can be normalized further', () => {
  const strip = { type: 'Strip', strip_left: false, strip_right: true };
  const tokenizer = load({ normalizer: sequence('normalizers', strip, { type: 'ByteLevel' }) });
  expect([...tokenizer.encode('\t')]).toEqual([]);
});

test.each([
  ['composed', { type: 'Prepend', prepend: 'a' }, 'e\u0301e\u0301', 'a'],
  ['put before', { type: 'NFD' }, 'éé', 'x'],
])('what a first character was %s with is at the front of the text too', (_, step, text, mark) => {
  const normalizer = sequence('normalizers', step, { type: 'NFC' });
  const metaspace = (replacement: string): unknown => ({
    type: 'Metaspace',
    replacement,
    prepend_scheme: 'first',
  });
  const steps = [
    ...(mark === 'x' ? [metaspace('x')] : []),
    { type: 'FixedLength', length: 1 },
    metaspace('_'),
  ];
  const tokenizer = load({ normalizer, pre_tokenizer: sequence('pretokenizers', ...steps) }, [
    'u',
    `_${mark}`,
    '_é',
    mark,
    'é',
  ]);
  expect([...tokenizer.encode(text)]).toEqual([1, 2, 4]);
});
