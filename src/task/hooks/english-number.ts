const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9 };

const WORD =
  '(?:zero|one|two|three|four|five|(?:twen|thir|for|fif|six|seven|nine)(?:teen|ty)?|eight(?:een|y)?|ten|eleven|twelve|fourteen|hundred|thousand|[mbtr]*illion)';

/** A run of English number words, with blanks, commas and "and" between them. */
export const ENGLISH_NUMBER = new RegExp(`${WORD}(?:(?:${WORD}|[^\\S\\r\\n]|,|and|&)*${WORD})?`, 'gu');

/** The number that such words say; null where they are no number. */
export function readEnglishNumber(words: string): number | null {
  let total = 0;
  let group = 0;
  let nKnown = 0;
  for (const word of words.replaceAll('-', ' ').split(/\s+/)) {
    const [unit, ten] = [UNITS.indexOf(word), TENS.indexOf(word)];
    const scale = SCALES[word];
    if (unit === -1 && ten === -1 && word !== 'hundred' && scale === undefined) continue;
    nKnown += 1;
    if (unit >= 0) group += unit;
    else if (ten >= 0) group += 20 + 10 * ten;
    else if (word === 'hundred') group = Math.max(1, group) * 100;
    else if (scale !== undefined) {
      total += Math.max(1, group) * scale;
      group = 0;
    }
  }
  return nKnown === 0 ? null : total + group;
}
