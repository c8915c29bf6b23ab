import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../src/stats/random.js';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';
import { randomPattern } from '../helpers/random-pattern.js';

// Never matches, and tries more ways on each text than a search may without noting what failed.
const TIRING = '(?:a|b|c|é|[abcé]{2})+!';

/** Puts `|` where `regex` matches, one id a character; null for a pattern that is refused. */
function marker(regex: string): Tokenizer | null {
  const normalizer = { type: 'Replace', pattern: { Regex: regex }, content: '|' };
  const vocab = Object.fromEntries(Array.from('abcé|', (character, id) => [character, id]));
  const file = { version: '1.0', normalizer, model: { type: 'BPE', vocab, merges: [] } };
  try {
    return Tokenizer.fromBuffer(Buffer.from(JSON.stringify(file)));
  } catch {
    return null;
  }
}

function randomText(random: Random): string {
  const letters = random.next() < 0.5 ? 'aaaab' : 'aaabbcé';
  const length = 12 + random.integer(8);
  return Array.from({ length }, () => letters[random.integer(letters.length)]).join('');
}

/** Ids of the marked text; null where the pattern takes too many steps. */
function mark(tokenizer: Tokenizer, text: string): string | null {
  try {
    return tokenizer.encode(text).join(' ');
  } catch {
    return null;
  }
}

test('random patterns find the same with notes of what failed and without', () => {
  const random = createRandom('patterns');
  let compared = 0;
  for (let i = 0; i < 200; i++) {
    const pattern = randomPattern(1 + (i % 3), random);
    const [plain, tired] = [marker(pattern), marker(`${TIRING}|${pattern}`)];
    if (plain === null || tired === null) continue;
    for (let k = 0; k < 25; k++) {
      const text = randomText(random);
      const expected = mark(plain, text);
      if (expected === null) continue;
      expect(mark(tired, text), `${pattern} on ${text}`).toBe(expected);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(4500);
});
