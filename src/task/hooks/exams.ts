import { literalEval } from '../../python/literal.js';
import { PythonRandom } from '../../python/random.js';
import { compilePythonRegex } from '../../python/regex.js';
import { pyStr } from '../../python/repr.js';
import { strip } from '../../python/text.js';
import { isList, isTruthy, type PyDict, type PyValue } from '../../python/value.js';
import { column, textColumn, textsColumn } from './doc-value.js';
import type { FamilyHooks, HookKinds } from './hook.js';

const LETTERS = 'ABCDEFGHIJKLMNOP';

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

const ofSubject: Readonly<Record<string, HookKinds['process_docs']>> = Object.fromEntries(
  SUBJECTS.map((subject) => [
    `process_${subject}`,
    (docs: readonly PyDict[]) => docs.filter((doc) => doc['category'] === subject.replace('_', ' ')),
  ]),
);

function proPrompt(doc: PyDict, nLetters: number): string {
  const options = textsColumn(doc, 'options').slice(0, nLetters);
  const lines = options.map((option, index) => `${LETTERS.charAt(index)}. ${strip(option)}\n`).join('');
  return `Question:\n${textColumn(doc, 'question')}\nOptions:\n${lines}Answer: Let's think step by step.`;
}

function mmluPro(nLetters: number): FamilyHooks {
  const prompt = (doc: PyDict): string => proPrompt(doc, nLetters);
  return {
    process_docs: ofSubject,
    doc_to_text: { doc_to_text: prompt, fewshot_to_text: prompt },
    doc_to_target: {
      fewshot_to_target: (doc) =>
        textColumn(doc, 'cot_content').replaceAll("A: Let's think step by step. ", ''),
    },
  };
}

const MMLU_PRO_CHOICES: FamilyHooks = {
  doc_to_text: {
    doc_to_text: (doc) => {
      const lines = textsColumn(doc, 'options').map(
        (option, index) => `${LETTERS.charAt(index)}. ${option}\n`,
      );
      return `${textColumn(doc, 'question')}\n${lines.join('')}Answer:`;
    },
  },
  doc_to_choice: {
    doc_to_choice: (doc) => textsColumn(doc, 'options').map((_, index) => LETTERS.charAt(index)),
  },
};

const BRACKETS = compilePythonRegex('\\[.*?\\]');

interface GpqaStyle {
  /** Text in brackets goes. */
  readonly dropsBrackets: boolean;
  /** The shuffled choices are kept as a list too. */
  readonly keepsList: boolean;
}

function cleanChoice(value: PyValue, { dropsBrackets }: GpqaStyle): string {
  if (value === null) return ' ';
  const text = strip(pyStr(value)).replaceAll(' [title]', '. ');
  return (dropsBrackets ? text.replace(BRACKETS, '') : text).replaceAll('  ', ' ');
}

// lm-eval shuffles with the global generator, which simple_evaluate seeds with 0.
function gpqa(style: GpqaStyle): FamilyHooks {
  return {
    process_docs: {
      process_docs: (docs) => {
        const random = new PythonRandom(0);
        return docs.map((doc) => {
          const right = cleanChoice(column(doc, 'Correct Answer'), style);
          const choices = [1, 2, 3].map((n) => cleanChoice(column(doc, `Incorrect Answer ${n}`), style));
          choices.push(right);
          random.shuffle(choices);
          const named = Object.fromEntries(choices.map((choice, index) => [`choice${index + 1}`, choice]));
          const answer = `(${LETTERS.charAt(choices.indexOf(right))})`;
          return { ...doc, ...named, ...(style.keepsList ? { choices } : {}), answer };
        });
      },
    },
  };
}

function listInText(doc: PyDict): readonly PyValue[] {
  const list = literalEval(textColumn(doc, 'choices'));
  return isList(list) ? list : [];
}

const MUSR: FamilyHooks = {
  doc_to_choice: { doc_to_choice: listInText },
  doc_to_text: {
    doc_to_text: (doc) => {
      const lines = listInText(doc).map((choice, index) => `${index + 1} - ${pyStr(choice)}\n`);
      return `${textColumn(doc, 'narrative')}\n\n${textColumn(doc, 'question')}\n\n${lines.join('')}\nAnswer:`;
    },
  },
};

// Empty cells of its tables are read as None.
const MMLU_SR: FamilyHooks = {
  process_docs: {
    process_docs: (docs) =>
      docs.map((doc) => {
        const choices = [1, 2, 3, 4]
          .map((n) => column(doc, `choice${n}`))
          .map((choice) => (isTruthy(choice) ? choice : ''));
        const answer = column(doc, 'answer');
        return { ...doc, answer: isTruthy(answer) ? strip(pyStr(answer)) : '', choices };
      }),
  },
};

const LOGIQA2: FamilyHooks = {
  doc_to_text: {
    doc_to_text: (doc) => {
      const lines = textsColumn(doc, 'options')
        .slice(0, 4)
        .map((option, index) => `${LETTERS.charAt(index)}. ${option}\n`);
      return `Passage: ${textColumn(doc, 'text')}\nQuestion: ${textColumn(doc, 'question')}\n${lines.join('')}Answer:`;
    },
  },
};

/** Examinations. */
export const EXAMS: Readonly<Record<string, FamilyHooks>> = {
  mmlu_pro: mmluPro(10),
  'mmlu-pro-plus': mmluPro(16),
  'leaderboard/mmlu_pro': MMLU_PRO_CHOICES,
  gpqa: gpqa({ dropsBrackets: false, keepsList: true }),
  'gpqa/zeroshot': gpqa({ dropsBrackets: false, keepsList: false }),
  'leaderboard/gpqa': gpqa({ dropsBrackets: true, keepsList: false }),
  'leaderboard/musr': MUSR,
  mmlusr: MMLU_SR,
  logiqa2: LOGIQA2,
};
