import { readFloat, roundLikeNumpy } from '../../python/number-text.js';
import { pyStr } from '../../python/repr.js';
import { split, strip } from '../../python/text.js';
import { isDict, isList, pyFloat, type PyDict, type PyValue } from '../../python/value.js';
import { column, dictColumn, listColumn, textColumn, textsColumn } from './doc-value.js';
import type { FamilyHooks } from './hook.js';

function candidatesOf(doc: PyDict): PyDict[] {
  const more = dictColumn(doc, 'validated_answers');
  const [numbers, dates, spans] = ['number', 'date', 'spans'].map((name) => listColumn(more, name));
  return [
    dictColumn(doc, 'answer'),
    ...(numbers ?? []).map((number, index) => ({
      number,
      date: dates?.[index] ?? null,
      spans: spans?.[index] ?? null,
    })),
  ];
}

function answerOf(candidate: PyDict): string[] {
  const number = column(candidate, 'number');
  if (number !== '') return [pyStr(number)];
  const spans = column(candidate, 'spans');
  if (isList(spans) && spans.length > 0) return spans.map(pyStr);
  const date = isDict(candidate['date']) ? candidate['date'] : {};
  return [strip(['day', 'month', 'year'].map((part) => textColumn(date, part)).join(' '))];
}

function distinctAnswers(doc: PyDict): PyValue[] {
  const answers = new Map(
    candidatesOf(doc).map((candidate) => {
      const answer = answerOf(candidate);
      return [JSON.stringify(answer), answer] as const;
    }),
  );
  return [...answers.values()];
}

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLE = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

// DROP's normalisation: words are cut at blanks and hyphens, numbers become floats, the rest loses its punctuation.
function normalise(answer: string): string {
  const tokens = answer.split(/[ -]/).map((token) => {
    const lower = token.toLowerCase();
    const plain = readFloat(lower) === null ? lower.replace(PUNCTUATION, '') : lower;
    const number = readFloat(plain);
    const fixed = number === null ? plain : pyStr(pyFloat(number));
    return split(fixed.replace(ARTICLE, ' ')).join(' ');
  });
  return tokens.filter((token) => token !== '').join(' ');
}

function isComparable(gold: ReadonlySet<string>, said: ReadonlySet<string>): boolean {
  const numbers = [...gold].filter((word) => readFloat(word) !== null);
  return numbers.length === 0 || numbers.some((number) => said.has(number));
}

function wordF1(gold: ReadonlySet<string>, said: ReadonlySet<string>): number {
  const shared = [...gold].filter((word) => said.has(word)).length;
  const precision = said.size === 0 ? 1 : shared / said.size;
  const recall = gold.size === 0 ? 1 : shared / gold.size;
  return precision === 0 && recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

// One answer against the spans of one gold: the best of them, over their number.
function compare(said: string, gold: readonly string[]): { em: number; f1: number } {
  const wanted = gold.map(normalise);
  const answer = normalise(said);
  const bag = new Set(split(answer));
  const scores = wanted.map((span) => {
    const words = new Set(split(span));
    return isComparable(words, bag) ? wordF1(words, bag) : 0;
  });
  const f1 = Math.max(0, ...scores) / Math.max(1, scores.length);
  return { em: wanted.length === 1 && wanted[0] === answer ? 1 : 0, f1: roundLikeNumpy(f1, 2) };
}

function answersIn(doc: PyDict): string[][] {
  return listColumn(doc, 'answers').map((gold) => textsColumn({ gold }, 'gold'));
}

/** DROP: answers that are numbers, dates or spans, with the F1 of its authors (Dua 2019). */
export const DROP: FamilyHooks = {
  process_docs: {
    process_docs: (docs) =>
      docs.map((doc) => ({ ...doc, id: column(doc, 'query_id'), answers: distinctAnswers(doc) })),
  },
  // doc_to_target of the task file joins the names of a dict's fields.
  golds: { process_results: (doc) => answersIn(doc).map((gold) => gold.join(', ')) },
  process_results: {
    process_results: (doc, results) => {
      const said = pyStr(results[0] as PyValue);
      const scores = answersIn(doc)
        .filter((gold) => strip(gold[0] ?? '') !== '')
        .map((gold) => compare(said, gold));
      return {
        em: Math.max(0, ...scores.map(({ em }) => em)),
        f1: Math.max(0, ...scores.map(({ f1 }) => f1)),
      };
    },
  },
};
