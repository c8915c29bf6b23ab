import { compilePythonRegex, findAll } from '../../python/regex.js';
import { pyStr } from '../../python/repr.js';
import { split } from '../../python/text.js';
import { isDict, type PyDict, type PyValue } from '../../python/value.js';
import {
  extractChoice,
  findMatch,
  patternOf,
  selected,
  withoutIgnored,
  type FilterOptions,
} from '../filters/choice-regex.js';
import { textColumn } from './doc-value.js';
import { ENGLISH_NUMBER, readEnglishNumber } from './english-number.js';
import type { FamilyHooks } from './hook.js';

const LISTED_CHOICE = compilePythonRegex('\\([A-Z]\\)([^\\n^(]*)');

// The choices stand in the question, each behind its letter in parentheses.
function choicesIn(doc: PyDict): string[] {
  return findAll(LISTED_CHOICE, textColumn(doc, 'input')).map((match) => pyStr(match as PyValue));
}

function fallbackOf(options: FilterOptions): PyValue {
  return (options['fallback'] ?? '[invalid]') as PyValue;
}

// The value of the first pattern that matches in the match of all patterns.
function mapMatch(answer: PyValue, options: FilterOptions): PyValue {
  const given = options['regex_pattern_to_value'];
  const table = isDict(given) ? Object.entries(given) : [];
  const whole = table.map(([pattern]) => pattern).join('|');
  const text = withoutIgnored(pyStr(answer), options);
  const found = findMatch(compilePythonRegex(whole), text, selected(options));
  if (found === '') return fallbackOf(options);
  const part = withoutIgnored(found, options);
  const hit = table.find(
    ([pattern]) => findMatch(compilePythonRegex(pattern), part, selected(options)) !== '',
  );
  return hit === undefined ? fallbackOf(options) : hit[1];
}

function numberIn(answer: PyValue, options: FilterOptions): PyValue {
  const text = pyStr(answer);
  const digits = findMatch(compilePythonRegex(patternOf(options)), text, selected(options));
  if (digits !== '') return digits;
  const words = findMatch(ENGLISH_NUMBER, text.toLowerCase(), selected(options));
  const number = words === '' ? null : readEnglishNumber(words);
  return number === null ? fallbackOf(options) : String(number);
}

// The words to be sorted, in the order in which the answer names them last.
function sortedWords(answer: PyValue, doc: PyDict): string {
  const words = split(textColumn(doc, 'input').split('List:')[1] ?? '');
  const regex = compilePythonRegex(words.map((word) => `\\b${word}\\b`).join('|'));
  const found = findAll(regex, pyStr(answer)).map((match) => pyStr(match as PyValue));
  return [...new Set(found.reverse())].reverse().join(' ');
}

/** BIG-Bench Hard: the filters that read a letter, a word, a number or an order from an answer. */
export const BIG_BENCH_HARD: FamilyHooks = {
  filter: {
    MultiChoiceRegexFilter: (answers, doc, options) =>
      answers.map((answer) => extractChoice(answer, choicesIn(doc), options)),
    MapRegexFilter: (answers, _doc, options) => answers.map((answer) => mapMatch(answer, options)),
    NumberParseRegexFilter: (answers, _doc, options) => answers.map((answer) => numberIn(answer, options)),
    WordSortFilter: (answers, doc) => answers.map((answer) => sortedWords(answer, doc)),
  },
};
