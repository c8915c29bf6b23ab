import { expect, test } from 'vitest';
import { TokenStream } from '../../src/tokenizer/token-stream.js';

function pushAll(decode: (ids: readonly number[]) => string, ids: readonly number[]): string[] {
  const stream = new TokenStream(decode);
  return [...ids.map((id) => stream.push(id)), stream.end()];
}

test('text waits for its last character, and the end shows what never came', () => {
  const bytes = (ids: readonly number[]): string => Buffer.from(ids).toString();
  expect(pushAll(bytes, [0x61, 0xc3, 0xa9, 0xf0])).toEqual(['a', '', 'é', '', '\uFFFD']);
});

test('where an id changes the text before it, no piece begins within a character', () => {
  const texts = ['', 'ab', 'a🙂c'];
  expect(pushAll((ids) => texts[ids.length] ?? '', [1, 2])).toEqual(['ab', '🙂c', '']);
});
