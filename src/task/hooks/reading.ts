import { SweepError } from '../../errors.js';
import { literalEval } from '../../python/literal.js';
import { compilePythonRegex, findAll, splitByRegex } from '../../python/regex.js';
import { pyStr } from '../../python/repr.js';
import { lstrip, rstrip, strip, utf8Length } from '../../python/text.js';
import { isDict, isList, type PyDict, type PyValue } from '../../python/value.js';
import { column, dictColumn, listColumn, textColumn, textsColumn } from './doc-value.js';
import type { FamilyHooks } from './hook.js';
import { loglikelihoodOf } from './loglikelihood-result.js';
import { bestF1, isSameAnswer } from './squad-score.js';
import { detokenizeWiki } from './wiki-text.js';

const LETTERS = ['a', 'b', 'c', 'd'];

const LOGIQA: FamilyHooks = {
  doc_to_text: {
    doc_to_text: (doc) => {
      const options = textsColumn(doc, 'options').slice(0, 4);
      const lines = options
        .map((option, index) => `${(LETTERS[index] ?? '').toUpperCase()}. ${option}\n`)
        .join('');
      return `Passage: ${textColumn(doc, 'context')}\nQuestion: ${textColumn(doc, 'question')}\nChoices:\n${lines}Answer:`;
    },
  },
  doc_to_target: { doc_to_target: (doc) => LETTERS.indexOf(strip(textColumn(doc, 'label'))) },
};

interface Problem {
  readonly question: string;
  readonly answer: number;
  readonly options: readonly string[];
}

// RACE keeps its problems as the text of a Python list.
function problemsOf(doc: PyDict): Problem[] {
  const list = literalEval(textColumn(doc, 'problems'));
  if (!isList(list))
    throw new SweepError('BAD_DATA', 'Expected a list of problems in the column "problems".');
  return list.filter(isDict).map((problem) => ({
    question: textColumn(problem, 'question'),
    answer: ['A', 'B', 'C', 'D'].indexOf(textColumn(problem, 'answer')),
    options: textsColumn(problem, 'options'),
  }));
}

function solved({ question, answer, options }: Problem): string {
  const option = options[answer] ?? '';
  if (question.slice(-6) === '  _  .') return `${question.slice(0, -5)}${option}\n`;
  return `Question: ${question}\nAnswer: ${option}\n`;
}

const RACE: FamilyHooks = {
  doc_to_text: {
    doc_to_text: (doc) => {
      const problems = problemsOf(doc);
      const earlier = problems.slice(0, -1).map(solved).join('');
      return `Article: ${textColumn(doc, 'article')}\n\n${earlier}${problems.at(-1)?.question ?? ''}`;
    },
  },
  doc_to_target: { doc_to_target: (doc) => problemsOf(doc).at(-1)?.answer ?? -1 },
  doc_to_choice: { doc_to_choice: (doc) => problemsOf(doc).at(-1)?.options.slice(0, 4) ?? [] },
};

const SPACES = compilePythonRegex('\\s+');

// Words and bytes are those of the page as written, the loglikelihood that of the page as scored.
function perplexities(textName: string): Pick<FamilyHooks, 'process_results'> {
  return {
    process_results: {
      process_results: (doc, results) => {
        const text = textColumn(doc, textName);
        const loglikelihood = loglikelihoodOf(results[0] ?? 0);
        const bytes = [loglikelihood, utf8Length(text)];
        const words = [loglikelihood, splitByRegex(SPACES, text).length];
        return { word_perplexity: words, byte_perplexity: bytes, bits_per_byte: bytes };
      },
    },
  };
}

const WIKITEXT: FamilyHooks = {
  doc_to_target: { wikitext_detokenizer: (doc) => detokenizeWiki(textColumn(doc, 'page')) },
  ...perplexities('page'),
};

const C4: FamilyHooks = {
  doc_to_target: { c4_detokenizer: (doc) => detokenizeWiki(textColumn(doc, 'text')) },
  ...perplexities('text'),
};

const MATHQA: FamilyHooks = {
  doc_to_choice: {
    doc_to_choice: (doc) =>
      findAll(compilePythonRegex('[abcd] \\) .*?, |e \\) .*?$'), textColumn(doc, 'options')).map((option) =>
        rstrip(pyStr(option).slice(4), ' ,'),
      ),
  },
};

function withoutPrefixes(doc: PyDict): string[] {
  const kept: string[] = [];
  for (const alias of textsColumn(doc, 'answers').sort()) {
    if (kept.length === 0 || !alias.startsWith(kept.at(-1) ?? '')) kept.push(alias);
  }
  return kept;
}

const WEBQS: FamilyHooks = {
  doc_to_choice: { doc_to_choice: withoutPrefixes },
  doc_to_target: { doc_to_target: (doc) => withoutPrefixes(doc).map((_, index) => index) },
};

const COQA: FamilyHooks = {
  doc_to_text: {
    doc_to_text: (doc) => {
      const questions = textsColumn(dictColumn(doc, 'questions'), 'input_text');
      const answers = textsColumn(dictColumn(doc, 'answers'), 'input_text').slice(0, -1);
      const turns = questions.map(
        (question, index) =>
          `Q: ${question}\n\n${index < answers.length ? `A: ${answers[index] ?? ''}\n\n` : 'A:'}`,
      );
      return `${textColumn(doc, 'story')}\n\n${turns.join('')}`;
    },
  },
  doc_to_target: { doc_to_target: coqaAnswers },
  process_results: {
    process_results: (doc, results) =>
      coqaScores(coqaAnswers(doc), lstrip(pyStr(results[0] as PyValue)).split('\n')[0] ?? ''),
  },
};

function coqaAnswers(doc: PyDict): string[] {
  const turn = listColumn(dictColumn(doc, 'questions'), 'input_text').length - 1;
  const answers = [pyStr(listColumn(dictColumn(doc, 'answers'), 'input_text')[turn] ?? null)];
  const more = column({ additional_answers: null, ...doc }, 'additional_answers');
  for (const other of isDict(more) ? Object.values(more) : []) {
    const answer = isDict(other) ? pyStr(listColumn(other, 'input_text')[turn] ?? null) : '';
    if (!answers.some((known) => known.toLowerCase() === answer.toLowerCase())) answers.push(answer);
  }
  return answers;
}

// Each gold is left out once, as human answers are scored against one another.
function coqaScores(golds: readonly string[], prediction: string): { em: number; f1: number } {
  const said = rstrip(prediction);
  const rounds =
    golds.length > 1 ? golds.map((_, out) => golds.filter((_gold, index) => index !== out)) : [golds];
  const em = rounds.reduce((sum, some) => sum + (some.some((gold) => isSameAnswer(gold, said)) ? 1 : 0), 0);
  const f1 = rounds.reduce((sum, some) => sum + bestF1(said, some), 0);
  return { em: em / rounds.length, f1: f1 / rounds.length };
}

/** Tasks over passages, and language modelling over pages. */
export const READING: Readonly<Record<string, FamilyHooks>> = {
  logiqa: LOGIQA,
  race: RACE,
  wikitext: WIKITEXT,
  c4: C4,
  paloma: { doc_to_target: { doc_to_target: (doc) => textColumn(doc, 'text') } },
  mathqa: MATHQA,
  webqs: WEBQS,
  coqa: COQA,
};
