import { SweepError } from '../../errors.js';
import { PythonRandom } from '../../python/random.js';
import { codePointLength, strip } from '../../python/text.js';
import { toNumber, type PyDict, type PyValue } from '../../python/value.js';
import { pyStr } from '../../python/repr.js';
import { column, listColumn, textColumn, textsColumn } from './doc-value.js';
import type { FamilyHooks } from './hook.js';
import { isEquivalentTex, lastBoxed, withoutBox } from './tex-answer.js';
import { greatest, loglikelihoodOf } from './reading.js';

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

const SUBJECTS = [
  'biology',
  'business',
  'chemistry',
  'computer_science',
  'economics',
  'engineering',
  'health',
  'history',
  'law',
  'math',
  'other',
  'philosophy',
  'physics',
  'psychology',
];

function proPrompt(doc: PyDict): string {
  const options = textsColumn(doc, 'options').slice(0, 10);
  const lines = options
    .map((option, index) => `${String.fromCharCode(65 + index)}. ${strip(option)}\n`)
    .join('');
  return `Question:\n${textColumn(doc, 'question')}\nOptions:\n${lines}Answer: Let's think step by step.`;
}

const MMLU_PRO: FamilyHooks = {
  process_docs: Object.fromEntries(
    SUBJECTS.map((subject) => [
      `process_${subject}`,
      (docs: readonly PyDict[]) =>
        docs.filter((doc) => textColumn(doc, 'category') === subject.replace('_', ' ')),
    ]),
  ),
  doc_to_text: { doc_to_text: proPrompt, fewshot_to_text: proPrompt },
  doc_to_target: {
    fewshot_to_target: (doc) =>
      textColumn(doc, 'cot_content').replaceAll("A: Let's think step by step. ", ''),
  },
};

function cleanChoice(value: PyValue): string {
  if (value === null) return ' ';
  return strip(pyStr(value)).replaceAll(' [title]', '. ').replaceAll('  ', ' ');
}

// lm-eval shuffles with the global generator, which simple_evaluate seeds with 0.
const GPQA: FamilyHooks = {
  process_docs: {
    process_docs: (docs) => {
      const random = new PythonRandom(0);
      return docs.map((doc) => {
        const right = cleanChoice(column(doc, 'Correct Answer'));
        const choices = [1, 2, 3].map((n) => cleanChoice(column(doc, `Incorrect Answer ${n}`)));
        choices.push(right);
        random.shuffle(choices);
        const named = Object.fromEntries(choices.map((choice, index) => [`choice${index + 1}`, choice]));
        return { ...doc, ...named, choices, answer: `(${String.fromCharCode(65 + choices.indexOf(right))})` };
      });
    },
  },
};

const AGIEVAL: FamilyHooks = {
  process_results: {
    process_results: (doc, results) => ({
      acc: isEquivalentTex(pyStr(results[0] as PyValue), textColumn(doc, 'answer')) ? 1 : 0,
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

/** Mathematics and examinations. */
export const MATHEMATICS: Readonly<Record<string, FamilyHooks>> = {
  hendrycks_math: HENDRYCKS_MATH,
  mmlu_pro: MMLU_PRO,
  gpqa: GPQA,
  agieval: AGIEVAL,
};
