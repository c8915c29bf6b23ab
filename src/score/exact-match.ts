import { compilePythonRegex, substitute } from '../python/regex.js';
import { pyStr } from '../python/repr.js';
import { codePointLength } from '../python/text.js';
import { isList, isNumeric, isTruthy, type PyDict, type PyValue } from '../python/value.js';

const PUNCTUATION = /[!-/:-@[-`{-~]/g; // Python's string.punctuation

/**
 * Texts as exact_match compares them, by its options. lm-eval holds them in an array of numpy: small letters that need
 * more room than the longest text of the array are cut off, and NUL characters at the end are forgotten.
 */
export function normaliseTexts(texts: readonly string[], options: PyDict): string[] {
  const ignored = options['regexes_to_ignore'] ?? [];
  const patterns = isList(ignored) ? ignored.map(pyStr) : Array.from(pyStr(ignored));
  const stripped = texts.map((text) =>
    patterns.reduce((current, pattern) => substitute(compilePythonRegex(pattern), current, ''), text),
  );
  const room = Math.max(0, ...stripped.map(codePointLength));
  return stripped.map((text) => {
    let result = isTruthy(options['ignore_case'] ?? null) ? cut(text.toLowerCase(), room) : text;
    if (isTruthy(options['ignore_punctuation'] ?? null)) result = result.replace(PUNCTUATION, '');
    if (isTruthy(options['ignore_numbers'] ?? null)) result = result.replace(/[0-9]/g, '');
    return dropTrailingNulls(result);
  });
}

function cut(text: string, room: number): string {
  return text.length > room ? Array.from(text).slice(0, room).join('') : text;
}

function dropTrailingNulls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  return text.slice(0, end);
}

/**
 * Several targets as texts that an answer may equal: numpy makes texts of numbers that stand among texts, but an array of
 * numbers equals no text, and among anything else only the texts count.
 */
export function comparableTexts(targets: readonly PyValue[]): string[] {
  const texts = targets.filter((target) => typeof target === 'string');
  if (texts.length === 0 || !targets.every((target) => typeof target === 'string' || isNumeric(target)))
    return texts;
  return targets.map(pyStr);
}
