import { compilePythonRegex, findAll, substitute } from '../../python/regex.js';
import { pyStr } from '../../python/repr.js';
import { codePointLength, strip } from '../../python/text.js';
import { isList, isNumeric, toNumber, type PyValue } from '../../python/value.js';

/** The options of a filter step as written. */
export type FilterOptions = Readonly<Record<string, unknown>>;

const DEFAULT_PATTERN = '#### (\\-?[0-9\\.\\,]+)';

/**
 * The letter that an answer names: by the pattern; else by the text of a choice (then `(A)`, `(B)`, ...); else by a
 * letter after a colon; else the fallback (lm-eval's multi_choice_regex).
 */
export function extractChoice(answer: PyValue, choices: readonly string[], options: FilterOptions): PyValue {
  const text = typeof answer === 'string' ? answer : '';
  const select = selected(options);
  const direct = findMatch(compilePythonRegex(patternOf(options)), text, select);
  if (direct !== '') return direct;
  const named = choices.map((choice) => withoutIgnored(strip(choice), options));
  const letters = named.map((_, index) => String.fromCharCode(65 + index));
  const byText = matchChoice(named, withoutIgnored(text, options), select);
  if (byText !== '') {
    const index = named.lastIndexOf(byText);
    return index === -1 ? byText : `(${letters[index] ?? ''})`;
  }
  const byLetter = findMatch(compilePythonRegex(`:[\\s]*(${letters.join('|')})`), text, select);
  if (byLetter !== '') return letters.includes(byLetter) ? `(${byLetter})` : byLetter;
  return (options['fallback'] ?? '[invalid]') as PyValue;
}

/** The pattern of a filter step, or lm-eval's default. */
export function patternOf(options: FilterOptions): string {
  return typeof options['regex_pattern'] === 'string' ? options['regex_pattern'] : DEFAULT_PATTERN;
}

/** Which of all matches counts; negative from the end. */
export function selected(options: FilterOptions): number {
  return isNumeric(options['group_select']) ? toNumber(options['group_select']) : 0;
}

/** The selected match, or its first group that is not empty, stripped; empty where there is none. */
export function findMatch(regex: RegExp, text: string, select: number): string {
  const match = findAll(regex, text).at(select);
  if (match === undefined) return '';
  return strip(typeof match === 'string' ? match : (match.find((group) => group !== '') ?? ''));
}

// Longest first, so that a choice that begins like another does not hide it.
function matchChoice(named: readonly string[], text: string, select: number): string {
  const byLength = named.toSorted((a, b) => codePointLength(b) - codePointLength(a));
  const body = byLength.map((choice) => choice.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  return findMatch(new RegExp(body, 'gu'), text, select);
}

/** A text without what `regexes_to_ignore`, `ignore_case` and `ignore_punctuation` take away. */
export function withoutIgnored(text: string, options: FilterOptions): string {
  const ignored = options['regexes_to_ignore'];
  let cleaned = text;
  if (isList(ignored))
    for (const pattern of ignored) cleaned = substitute(compilePythonRegex(pyStr(pattern)), cleaned, '');
  if (options['ignore_case'] === true) cleaned = cleaned.toLowerCase();
  return options['ignore_punctuation'] === true ? cleaned.replace(/\p{P}/gu, '') : cleaned;
}
