import { dumpJson } from '../../python/json.js';
import { codePointLength } from '../../python/text.js';
import { isDict, isList, pyDict, type PyValue } from '../../python/value.js';
import { compareText } from './operators.js';

/** jinja2's tojson: keys sorted, ASCII only, and no character that means something in HTML. */
export function safeJson(value: PyValue, indent: number | null): string {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return dumpJson(sortKeys(value), indent).replace(/[<>&'\u007f-\uffff]/g, (character) =>
    character === '\u007f' ? character : escape(character),
  );
}

function sortKeys(value: PyValue): PyValue {
  if (isList(value)) return value.map(sortKeys);
  if (!isDict(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return pyDict(entries.map(([key, item]) => [key, sortKeys(item)]));
}

/** jinja2's title: words begin after blanks, hyphens and opening brackets; other letters become small. */
export function titleWords(text: string): string {
  return text
    .split(/([-\s({[<]+)/)
    .map((word) => {
      const [first = '', ...rest] = word;
      return first.toUpperCase() + rest.join('').toLowerCase();
    })
    .join('');
}

/** jinja2's center: blanks on both sides, the odd one as Python places it. */
export function centerText(text: string, width: number): string {
  const blanks = Math.max(0, Math.min(width, 1_000_000) - codePointLength(text));
  const left = Math.floor(blanks / 2) + (blanks & width & 1);
  return ' '.repeat(left) + text + ' '.repeat(blanks - left);
}
