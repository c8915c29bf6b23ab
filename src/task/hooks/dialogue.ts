import { literalEval } from '../../python/literal.js';
import { compilePythonRegex, findAll } from '../../python/regex.js';
import { pyStr } from '../../python/repr.js';
import { isDict, toNumber, type PyDict, type PyValue } from '../../python/value.js';
import { column, dictColumn, listColumn, textColumn, textsColumn } from './doc-value.js';
import type { FamilyHooks, HookResult } from './hook.js';
import { normaliseAnswer, sharedWordsF1 } from './squad-score.js';

const JOINED: readonly (readonly [string, string])[] = [
  [" '", "'"],
  [' \n', '\n'],
  ['\n ', '\n'],
  [" n't", "n't"],
  ['`` ', '"'],
  ["''", '"'],
  [' :', ':'],
  [' ;', ';'],
  [' !', '!'],
  [' ?', '?'],
  [' ,', ','],
  [' .', '.'],
];

function joinTokens(text: string): string {
  return JOINED.reduce((current, [from, to]) => current.replaceAll(from, to), text);
}

// (loglikelihood, greedy) pairs in falling order, as Python sorts tuples.
function comparePairs(a: readonly number[], b: readonly number[]): number {
  return (b[0] ?? 0) - (a[0] ?? 0) || (b[1] ?? 0) - (a[1] ?? 0);
}

/**
 * MuTual's recall and mean reciprocal rank. lm-eval 0.4.13 looks for the greatest number among loglikelihoods and
 * greedy marks alike, which r@1 and r@2 inherit.
 */
function mutualScores(doc: PyDict, results: readonly HookResult[]): Record<string, number> {
  const gold = ['A', 'B', 'C', 'D'].indexOf(textColumn(doc, 'answers'));
  const pairs = results.map((result) => (Array.isArray(result) ? result.map(Number) : [toNumber(result)]));
  const flat = pairs.flat();
  const first = flat.indexOf(Math.max(...flat)) === gold ? 1 : 0;
  const own = pairs[gold] ?? [];
  const rank = pairs.toSorted(comparePairs).findIndex((pair) => comparePairs(pair, own) === 0);
  return { 'r@1': first, 'r@2': rank === 1 || first === 1 ? 1 : 0, mrr: 1 / (rank + 1) };
}

const MUTUAL: FamilyHooks = {
  process_docs: {
    process_docs: (docs) =>
      docs.map((doc) => ({
        ...doc,
        article: joinTokens(textColumn(doc, 'article')),
        options: textsColumn(doc, 'options').map(joinTokens),
      })),
  },
  process_results: { process_results: mutualScores },
};

interface Answer {
  readonly text: string;
  readonly type: string;
}

function qasperAnswer(blob: PyDict): Answer | null {
  if (column(blob, 'unanswerable') === true) return { text: 'unanswerable', type: 'unanswerable' };
  if (blob['yes_no'] === true) return { text: 'yes', type: 'bool' };
  const written = column(blob, 'free_form_answer');
  if (written !== null && written !== '') return { text: pyStr(written), type: 'free form answer' };
  const spans = listColumn(blob, 'extractive_spans');
  if (spans.length > 0) return { text: spans.map(pyStr).join(', '), type: 'extractive_spans' };
  return blob['yes_no'] === false ? { text: 'no', type: 'bool' } : null;
}

// One document for each answer of the wanted type.
function qasperDocs(docs: readonly PyDict[], wanted: string): PyDict[] {
  return docs.flatMap((doc) => {
    const asked = dictColumn(doc, 'qas');
    const answers = listColumn(asked, 'answers');
    return textsColumn(asked, 'question').flatMap((question, index) => {
      const given = answers[index];
      const blobs = isDict(given) ? listColumn(given, 'answer').filter(isDict) : [];
      return blobs
        .map(qasperAnswer)
        .filter((answer) => answer?.type === wanted)
        .map((answer) => ({
          title: doc['title'] ?? null,
          abstract: doc['abstract'] ?? null,
          question,
          answer: answer?.text ?? '',
          answer_type: wanted,
        }));
    });
  });
}

const QASPER: FamilyHooks = {
  process_docs: {
    process_docs_bool: (docs) => qasperDocs(docs, 'bool'),
    process_docs_freeform: (docs) => qasperDocs(docs, 'free form answer'),
  },
  metric: {
    f1_abstractive: (prediction, reference) =>
      sharedWordsF1(normaliseAnswer(pyStr(reference)), normaliseAnswer(pyStr(prediction))),
  },
};

const SCALE = 0.7477; // chosen by the authors so that random answers score 0

const INTENSITY = compilePythonRegex('(\\w+):\\s+(\\d+)');

function penalty(difference: number): number {
  if (difference === 0) return 0;
  return difference <= 5 ? 6.5 / (1 + Math.exp(-1.2 * (difference - 4))) : difference;
}

// Four emotions with an intensity each, against a reference of the same four.
function emotionScore(doc: PyDict, text: string): Record<string, number> {
  const reference = literalEval(textColumn(doc, 'reference_answer_fullscale'));
  const said = new Map(findAll(INTENSITY, text).map(([name = '', value]) => [name, Number(value)]));
  const wanted = isDict(reference) ? reference : {};
  const differences = [1, 2, 3, 4].flatMap((n) => {
    const value = said.get(pyStr(wanted[`emotion${n}`] ?? null));
    return value === undefined ? [] : [Math.abs(value - Number(pyStr(wanted[`emotion${n}_score`] ?? null)))];
  });
  if (said.size !== 4 || differences.length !== 4) return { eqbench: 0, percent_parseable: 0 };
  const total = differences.reduce((sum, difference) => sum + penalty(difference), 0);
  return { eqbench: (10 - total * SCALE) * 10, percent_parseable: 100 };
}

const EQ_BENCH: FamilyHooks = {
  process_results: {
    calculate_score_fullscale: (doc, results) => emotionScore(doc, pyStr(results[0] as PyValue)),
  },
};

/** Dialogues, papers and feelings. */
export const DIALOGUE: Readonly<Record<string, FamilyHooks>> = {
  mutual: MUTUAL,
  qasper: QASPER,
  eq_bench: EQ_BENCH,
};
