/** The characters for which Python's str.isspace is true; `\s`, strip() and split() of Python know the same set. */
export const SPACE_CLASS =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const SPACE = new RegExp(`^[${SPACE_CLASS}]+$`);
const LEADING_SPACE = new RegExp(`^[${SPACE_CLASS}]+`);
const SPACE_RUN = new RegExp(`[${SPACE_CLASS}]+`);

/** Python's str.isspace. */
export function isSpace(text: string): boolean {
  return SPACE.test(text);
}

/** Python's str.isdigit: one or more characters, all of them digits (also other scripts' and superscripts). */
export function isDigit(text: string): boolean {
  return /^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490]+$/u.test(
    text,
  );
}

/** The length of a text as Python counts it: in code points. */
export function codePointLength(text: string): number {
  let length = text.length;
  for (let i = 0; i + 1 < text.length; i += 1) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) length -= 1;
  }
  return length;
}

/** The length of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Python's lstrip, of blanks or of the characters given. */
export function lstrip(text: string, characters: string | null = null): string {
  if (characters === null) return text.replace(LEADING_SPACE, '');
  const set = new Set(characters);
  const points = Array.from(text);
  const start = points.findIndex((point) => !set.has(point));
  return start === -1 ? '' : points.slice(start).join('');
}

/** Python's rstrip, of blanks or of the characters given. */
export function rstrip(text: string, characters: string | null = null): string {
  if (characters === null) {
    let end = text.length;
    while (end > 0 && SPACE.test(text.charAt(end - 1))) end -= 1;
    return text.slice(0, end);
  }
  const set = new Set(characters);
  const points = Array.from(text);
  const end = points.findLastIndex((point) => !set.has(point));
  return points.slice(0, end + 1).join('');
}

/** Python's strip, of blanks or of the characters given. */
export function strip(text: string, characters: string | null = null): string {
  return rstrip(lstrip(text, characters), characters);
}

/** Python's split: at runs of blanks when there is no separator; `max` bounds the number of cuts (-1: none). */
export function split(text: string, separator: string | null = null, max = -1): string[] {
  if (separator === '') throw new RangeError('empty separator');
  const pieces: string[] = [];
  let rest = separator === null ? lstrip(text) : text;
  while (pieces.length !== max) {
    const cut = separator === null ? SPACE_RUN.exec(rest) : findText(rest, separator);
    if (cut === null) break;
    pieces.push(rest.slice(0, cut.index));
    rest = rest.slice(cut.index + cut[0].length);
  }
  if (separator !== null) return [...pieces, rest];
  const last = pieces.length === max ? rest : rstrip(rest);
  return last === '' ? pieces : [...pieces, last];
}

function findText(text: string, part: string): { readonly index: number; readonly 0: string } | null {
  const index = text.indexOf(part);
  return index === -1 ? null : { index, 0: part };
}

/** Python's rsplit with a separator. */
export function rsplit(text: string, separator: string, max = -1): string[] {
  const pieces = text.split(separator);
  if (max < 0 || pieces.length <= max + 1) return pieces;
  const kept = pieces.length - max;
  return [pieces.slice(0, kept).join(separator), ...pieces.slice(kept)];
}

/** Python's replace; `count` bounds the number of replacements (-1: all). */
export function replace(
  text: string,
  change: { readonly from: string; readonly to: string; readonly count?: number },
): string {
  const { from, to, count = -1 } = change;
  const points = text.split(from);
  if (from === '') return insertEverywhere(Array.from(text), to, count);
  const cuts = count < 0 ? points.length - 1 : Math.min(count, points.length - 1);
  return [points.slice(0, cuts + 1).join(to), ...points.slice(cuts + 1)].join(from);
}

function insertEverywhere(points: readonly string[], to: string, count: number): string {
  const limit = count < 0 ? points.length + 1 : count;
  const start = points.map((point, index) => (index < limit ? to + point : point)).join('');
  return points.length < limit ? start + to : start;
}

/** Python's capitalize: the first character in title case, the rest in lower case. */
export function capitalize(text: string): string {
  const [first = '', ...rest] = text;
  return titleCase(first) + rest.join('').toLowerCase();
}

/** Python's title: words are runs of letters. */
export function title(text: string): string {
  return text.replace(/\p{L}[\p{L}\p{M}]*/gu, (word) => capitalize(word));
}

// Title case differs from upper case for the digraphs (dž -> Dž) and for characters that expand (ß -> Ss).
function titleCase(character: string): string {
  const upper = character.toUpperCase();
  if (upper.length <= character.length) {
    const digraph = character === '' ? -1 : 'ǄǅǆǇǈǉǊǋǌǱǲǳ'.indexOf(character);
    return digraph === -1 ? upper : (['ǅ', 'ǈ', 'ǋ', 'ǲ'][Math.floor(digraph / 3)] ?? upper);
  }
  const [head = '', ...tail] = upper;
  return head + tail.join('').toLowerCase();
}

/** Python's str.casefold: small letters that capitals of every kind share; Cherokee folds to its capitals. */
export function caseFold(text: string): string {
  return Array.from(text, (character) => {
    if (character === '\u0131') return character;
    if (character === '\u1e9e') return 'ss';
    const capital = character.toUpperCase();
    return /[\u13a0-\u13f5]/.test(capital) ? capital : capital.toLowerCase();
  }).join('');
}
