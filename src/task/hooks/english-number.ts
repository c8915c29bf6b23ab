const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES = ['billion', 'million', 'thousand'] as const;
const SIZE: Readonly<Record<string, number>> = { billion: 1e9, million: 1e6, thousand: 1e3, hundred: 100 };

// lm-eval's pattern, whose words differ by their place: at the ends `six`, `seven` and `nine` need an ending, and so does
// `eight` but at the start.
const PLAIN = 'zero|one|two|three|four|five';
const STEMS = '(?:twen|thir|for|fif|six|seven|nine)';
const LARGE = 'ten|eleven|twelve|fourteen|hundred|thousand|(?:m|b|tr)illion';
const FIRST = `${PLAIN}|${STEMS}(?:teen|ty)|eight(?:|een|y)|${LARGE}`;
const INNER = `${PLAIN}|${STEMS}(?:|teen|ty)|eight(?:een|y)|${LARGE}|[^\\S\\r\\n]|,|and|&`;
const LAST = `${PLAIN}|${STEMS}(?:teen|ty)|eight(?:een|y)|${LARGE}`;

/** A run of English number words, with blanks, commas and "and" between them. */
export const ENGLISH_NUMBER = new RegExp(`(?:(?:${FIRST})(?:${INNER})+)?(?:${LAST})`, 'gu');

/**
 * The number that such words say, as the package word2number 1.1 reads them, which adds and multiplies by the number of
 * words ("one two three" is 5). Null where it raises an error.
 */
export function readEnglishNumber(words: string): number | null {
  const known = words
    .replaceAll('-', ' ')
    .split(/\s+/)
    .filter((word) => valueOf(word) !== null);
  if (known.length === 0) return null;
  if (known.length === 1) return valueOf(known[0] ?? '');
  const places = SCALES.map((scale) => known.indexOf(scale));
  const isOrdered = places
    .filter((place) => place >= 0)
    .every((place, i, all) => i === 0 || place > (all[i - 1] ?? 0));
  if (!isOrdered || SCALES.some((scale) => known.indexOf(scale) !== known.lastIndexOf(scale))) return null;
  return total(known, places);
}

function total(known: readonly string[], places: readonly number[]): number | null {
  let sum = 0;
  let start = 0;
  for (const [index, scale] of SCALES.entries()) {
    const place = places[index] ?? -1;
    if (place < 0) continue;
    const times = groupOf(known.slice(start, place));
    if (times === null) return null;
    sum += times * (SIZE[scale] ?? 1);
    start = place + 1;
  }
  if (start === known.length) return sum;
  const rest = groupOf(known.slice(start));
  return rest === null ? null : sum + rest;
}

function valueOf(word: string): number | null {
  const [unit, ten] = [UNITS.indexOf(word), TENS.indexOf(word)];
  if (unit >= 0) return unit;
  return ten >= 0 ? 20 + 10 * ten : (SIZE[word] ?? null);
}

// Up to four words: the first times the second, plus the rest. More than four count as the first alone.
function groupOf(words: readonly string[]): number | null {
  const [a, b = 0, c = 0, d = 0] = words.map((word) => valueOf(word) ?? 0);
  if (a === undefined) return null;
  switch (words.length) {
    case 2:
      return a === 100 || b === 100 ? a * b : a + b;
    case 3:
      return a * b + c;
    case 4:
      return a * b + c + d;
    default:
      return a;
  }
}
