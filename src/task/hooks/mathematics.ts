import { SweepError } from '../../errors.js';
import { codePointLength, lstrip, rstrip } from '../../python/text.js';
import { compilePythonRegex, findAll } from '../../python/regex.js';
import { toNumber, type PyDict, type PyValue } from '../../python/value.js';
import { pyStr } from '../../python/repr.js';
import { listColumn, textColumn, textsColumn } from './doc-value.js';
import type { FamilyHooks } from './hook.js';
import { isEquivalentTex, lastBoxed, lastBraced, withoutBox } from './tex-answer.js';
import { greatest, loglikelihoodOf } from './loglikelihood-result.js';

// The text between the first and the last dollar sign, where there are two.
function betweenDollars(text: string): string {
  const first = text.indexOf('$');
  const last = text.lastIndexOf('$');
  return first === last ? text : text.slice(first + 1, last);
}

const HENDRYCKS_MATH: FamilyHooks = {
  process_docs: {
    process_docs: (docs) => docs.map((doc) => ({ ...doc, answer: boxedAnswer(doc) })),
  },
  process_results: {
    process_results: (doc, results) => ({
      exact_match: isEquivalentTex(betweenDollars(pyStr(results[0] as PyValue)), boxedAnswer(doc)) ? 1 : 0,
    }),
  },
};

function boxedAnswer(doc: PyDict): string {
  const boxed = lastBoxed(textColumn(doc, 'solution'));
  if (boxed === null) throw new SweepError('BAD_DATA', 'Expected a \\boxed answer in every solution.');
  return withoutBox(boxed);
}

const NUMBER = compilePythonRegex('(?:\\$)?\\d+(?:\\.\\d+)?(?![\\w\\d])');
const IN_DOLLARS = compilePythonRegex('\\$(.*)\\$');

function afterEquals(text: string): string {
  return text.includes('=') ? lstrip(text.split('=').at(-1) ?? '', ' ') : text;
}

// AGIEval's reading of an answer: what is boxed, else between dollars, else behind the last "=", else the last number.
function readAnswer(text: string): string | null {
  if (text.includes('\\boxed')) {
    const boxed = lastBraced(text);
    return boxed?.startsWith('\\boxed{') === true ? afterEquals(withoutBox(boxed)) : null;
  }
  const inDollars = findAll(IN_DOLLARS, text).at(-1);
  if (typeof inDollars === 'string' && afterEquals(inDollars) !== '') return afterEquals(inDollars);
  if (text.includes('=')) return rstrip(afterEquals(text), '.').split('\\n')[0] ?? '';
  const number = findAll(NUMBER, text).at(-1);
  return typeof number === 'string' ? number : null;
}

function isSameAnswer(said: string | null, gold: string | null): number {
  if (said === null || gold === null) return said === gold ? 1 : 0;
  return isEquivalentTex(said, gold) ? 1 : 0;
}

const AGIEVAL: FamilyHooks = {
  process_results: {
    process_results: (doc, results) => ({
      acc: isSameAnswer(readAnswer(pyStr(results[0] as PyValue)), readAnswer(textColumn(doc, 'answer'))),
    }),
    process_results_mcqa: (doc, results) => {
      const gold = listColumn(doc, 'gold').map(toNumber);
      const values = results.map(loglikelihoodOf);
      const lengths = textsColumn(doc, 'choices').map(codePointLength);
      const normed = values.map((value, index) => value / (lengths[index] ?? 1));
      return {
        acc: gold.includes(greatest(values)) ? 1 : 0,
        acc_norm: gold.includes(greatest(normed)) ? 1 : 0,
      };
    },
  },
};

/** Mathematics. */
export const MATHEMATICS: Readonly<Record<string, FamilyHooks>> = {
  hendrycks_math: HENDRYCKS_MATH,
  agieval: AGIEVAL,
};
