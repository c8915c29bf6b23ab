import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';
import { byteTokenizer } from '../helpers/byte-tokenizer.js';

/** Words that no other call gives, of a length: one piece each, and one id a byte. */
function* wordsOf(length: number): Generator<string> {
  for (let i = 0; ; i++)
    yield ` ${i
      .toString(2)
      .padStart(length - 1, '0')
      .replaceAll('0', 'a')
      .replaceAll('1', 'b')}`;
}

test('caches that overflow stay within their bound, and ids stay right', () => {
  const tokenizer = Tokenizer.fromBuffer(byteTokenizer());
  const expectIds = (text: string) => {
    const ids = tokenizer.encode(text, { addSpecialTokens: false });
    expect([...ids]).toEqual([...Buffer.from(text)].map((byte) => byte + 1));
  };
  const short = wordsOf(15);
  const long = wordsOf(40);
  const first = Array.from({ length: 200 }, () => short.next().value + long.next().value).join('');
  const before = tokenizer.memoryBytes.caches;
  for (let round = 0; round < 12; round++) {
    for (const words of [short, long]) {
      expectIds(Array.from({ length: words === short ? 1300 : 4000 }, () => words.next().value).join(''));
    }
    // Known at first, then known no more, then known anew.
    expectIds(first);
    expectIds(first);
  }
  const { caches } = tokenizer.memoryBytes;
  expect(caches).toBeGreaterThan(before);
  expect(caches).toBeLessThan(17e6);
});
