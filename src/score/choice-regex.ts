import { compilePythonRegex, findAll, substitute } from '../python/regex.js';
import { pyStr } from '../python/repr.js';
import { codePointLength, strip } from '../python/text.js';
import { isList, isNumeric, toNumber, type PyDict, type PyValue } from '../python/value.js';

type Options = Readonly<Record<string, unknown>>;

const DEFAULT_PATTERN = '#### (\\-?[0-9\\.\\,]+)';

/**
 * The letter that an answer names: by the pattern; else by the text of a choice (then `(A)`, `(B)`, ...); else by a
 * letter after a colon; else the fallback (lm-eval's multi_choice_regex).
 */
export function extractChoices(answer: PyValue, doc: PyDict, options: Options): PyValue {
  const text = typeof answer === 'string' ? answer : '';
  const pattern = typeof options['regex_pattern'] === 'string' ? options['regex_pattern'] : DEFAULT_PATTERN;
  const select = isNumeric(options['group_select']) ? toNumber(options['group_select']) : 0;
  const direct = findMatch(compilePythonRegex(pattern), text, select);
  if (direct !== null && direct !== '') return direct;
  const named = isList(doc['choices'])
    ? doc['choices'].map((choice) => clean(strip(pyStr(choice)), options))
    : [];
  const letters = named.map((_, index) => String.fromCharCode(65 + index));
  const byText = matchChoice(named, clean(text, options), select);
  const letter = byText === null || byText === '' ? null : lastIndex(named, byText);
  if (letter !== null) return letter === -1 ? byText : `(${letters[letter] ?? ''})`;
  const byLetter = findMatch(compilePythonRegex(`:[\\s]*(${letters.join('|')})`), text, select);
  if (byLetter !== null && byLetter !== '') return letters.includes(byLetter) ? `(${byLetter})` : byLetter;
  return (options['fallback'] ?? '[invalid]') as PyValue;
}

function findMatch(regex: RegExp, text: string, select: number): string | null {
  const matches = findAll(regex, text);
  if (matches.length === 0) return null;
  const match = matches.at(select);
  if (match === undefined) return null;
  return strip(typeof match === 'string' ? match : (match.find((group) => group !== '') ?? ''));
}

// Longest first, so that a choice that begins like another does not hide it.
function matchChoice(named: readonly string[], text: string, select: number): string | null {
  const byLength = named.toSorted((a, b) => codePointLength(b) - codePointLength(a));
  const body = byLength.map((choice) => choice.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  return findMatch(new RegExp(body, 'gu'), text, select);
}

function lastIndex(named: readonly string[], found: string): number {
  return named.lastIndexOf(found);
}

function clean(text: string, options: Options): string {
  const ignored = options['regexes_to_ignore'];
  let cleaned = text;
  if (isList(ignored))
    for (const pattern of ignored) cleaned = substitute(compilePythonRegex(pyStr(pattern)), cleaned, '');
  if (options['ignore_case'] === true) cleaned = cleaned.toLowerCase();
  return options['ignore_punctuation'] === true ? cleaned.replace(/\p{P}/gu, '') : cleaned;
}
