import { SweepError } from '../../errors.js';
import { compilePythonRegex, substitute } from '../../python/regex.js';
import { pyStr } from '../../python/repr.js';
import { strip } from '../../python/text.js';
import type { PyDict, PyValue } from '../../python/value.js';
import { listColumn, numberColumn, textColumn, textsColumn } from './doc-value.js';
import type { FamilyHooks, HookResult } from './hook.js';
import { textValuesOf, valuesOf } from './hook-values.js';
import { greatest, loglikelihoodOf } from './loglikelihood-result.js';
import { bestF1, isSameAnswer, normaliseAnswer, sharedWordsF1 } from './squad-score.js';

function recordAnswer(doc: PyDict, entity: PyValue): string {
  return `  - ${textColumn(doc, 'query')}`.replaceAll('@placeholder', pyStr(entity));
}

function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

const HIGHLIGHT_AFTER_END = compilePythonRegex('(\\.|\\?|\\!|\\"|\\\')\\n@highlight\\n');

function recordInOneLine(doc: PyDict): string {
  const passage = substitute(HIGHLIGHT_AFTER_END, textColumn(doc, 'passage'), '\\1 ').replaceAll(
    '\n@highlight\n',
    '. ',
  );
  const entities = textsColumn(doc, 'entities').join(', ');
  return `record query: ${textColumn(doc, 'query')} entities: ${entities} passage: ${passage}`;
}

const RECORD: FamilyHooks = {
  process_docs: {
    process_docs: (docs) =>
      docs.map((doc) => ({
        ...doc,
        entities: sortedSet(textsColumn(doc, 'entities')),
        answers: sortedSet(textsColumn(doc, 'answers')),
      })),
    // One document for each answer.
    't5_utils.process_docs': (docs) =>
      docs.flatMap((doc) => listColumn(doc, 'answers').map((answer) => ({ ...doc, answers: answer }))),
  },
  doc_to_text: {
    doc_to_text: (doc) => {
      const [first = '', ...highlights] = strip(textColumn(doc, 'passage')).split('\n@highlight\n');
      return `${first}\n\n${highlights.map((highlight) => `  - ${highlight}.\n`).join('')}`;
    },
    't5_utils.doc_to_text': recordInOneLine,
  },
  doc_to_target: { doc_to_target: (doc) => recordAnswer(doc, listColumn(doc, 'answers')[0] ?? '') },
  doc_to_choice: {
    doc_to_choice: (doc) => listColumn(doc, 'entities').map((entity) => recordAnswer(doc, entity)),
  },
  process_results: {
    process_results: (doc, results) => {
      const prediction = textsColumn(doc, 'entities')[greatest(results.map(loglikelihoodOf))] ?? '';
      const golds = textsColumn(doc, 'answers');
      return {
        f1: bestF1(prediction, golds),
        em: golds.some((gold) => isSameAnswer(gold, prediction)) ? 1 : 0,
      };
    },
  },
  metric: {
    't5_utils.em': (prediction, reference) => ({ kind: 'values', values: [prediction, reference] }),
    't5_utils.f1': (prediction, reference) => ({ kind: 'values', values: [prediction, reference] }),
  },
  aggregation: {
    // References are `group_answer`: a prediction is compared with every answer of its group.
    't5_utils.squad_em_agg': (items) => {
      const groups = byGroup(items);
      const hits = [...groups.values()].flatMap(({ predictions, answers }) =>
        predictions.map((prediction) => (answers.includes(prediction) ? 1 : 0) as number),
      );
      return hits.reduce((sum, hit) => sum + hit, 0) / hits.length;
    },
    // Only the first prediction of a group counts here, against all its answers.
    't5_utils.squad_f1_agg': (items) => {
      const groups = [...byGroup(items).values()];
      const scores = groups.map(({ predictions: [first = ''], answers }) =>
        Math.max(...answers.map((answer) => sharedWordsF1(answer, first))),
      );
      return scores.reduce((sum, score) => sum + score, 0) / scores.length;
    },
  },
};

interface Group {
  readonly predictions: string[];
  readonly answers: string[];
}

function byGroup(items: readonly unknown[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const item of items) {
    const [prediction = '', reference = ''] = textValuesOf(item);
    const [name = '', answer, ...more] = reference.split('_');
    if (answer === undefined || more.length > 0)
      throw new SweepError(
        'BAD_DATA',
        `Expected references such as "group_answer", got ${JSON.stringify(reference)}.`,
      );
    const group = groups.get(name) ?? { predictions: [], answers: [] };
    group.predictions.push(normaliseAnswer(prediction));
    group.answers.push(normaliseAnswer(answer));
    groups.set(name, group);
  }
  return groups;
}

const CB_LABELS = ['entailment', 'contradiction', 'neutral'];

// F1 of one class against the rest; 0 where it is neither predicted nor right.
function classF1(pairs: readonly (readonly number[])[], label: number): number {
  const hits = pairs.filter(([a, b]) => a === label && b === label).length;
  const total = pairs.filter(([a]) => a === label).length + pairs.filter(([, b]) => b === label).length;
  return total === 0 ? 0 : (2 * hits) / total;
}

function meanF1(items: readonly unknown[]): number {
  const pairs = items.map(pairOf);
  return [0, 1, 2].reduce((sum, label) => sum + classF1(pairs, label), 0) / 3;
}

function pairOf(item: unknown): readonly number[] {
  if (typeof item === 'object' && item !== null && 'gold' in item && 'predicted' in item) {
    return [Number(item.gold), Number(item.predicted)];
  }
  return valuesOf(item);
}

const CB: FamilyHooks = {
  metric: {
    mean_3class_f1: (prediction, reference) => ({
      kind: 'values',
      values: [Math.max(0, CB_LABELS.indexOf(pyStr(prediction))), CB_LABELS.indexOf(pyStr(reference))],
    }),
  },
  aggregation: { cb_multi_fi: meanF1, agg_mean_3class_f1: meanF1 },
};

const TRUTH = ['False', 'True'];

// An answer that is neither word counts as the wrong one.
function truthOf(prediction: PyValue, reference: string): readonly [number, number] {
  const right = TRUTH.indexOf(reference);
  const said = TRUTH.indexOf(pyStr(prediction));
  return [said === -1 ? 1 - right : said, right];
}

const MULTIRC: FamilyHooks = {
  metric: {
    't5_utils.f1': (prediction, reference) => ({
      kind: 'values',
      values: [...truthOf(prediction, pyStr(reference).split('_').at(-1) ?? '')],
    }),
    't5_utils.em': (prediction, reference) => {
      const [group = '', answer = ''] = pyStr(reference).split('_');
      return { kind: 'values', values: [group, ...truthOf(prediction, answer)] };
    },
  },
  aggregation: {
    't5_utils.agg_f1': (items) => classF1(items.map(pairOf), 1),
    't5_utils.agg_em': (items) => {
      const groups = new Map<string, boolean>();
      for (const item of items) {
        const [group = '', said, right] = textValuesOf(item);
        groups.set(group, (groups.get(group) ?? true) && said === right);
      }
      return [...groups.values()].filter(Boolean).length / groups.size;
    },
  },
};

const DETERMINERS = new Set(
  'a an few her his each every many much my our some that the their these this those which whose your'.split(
    ' ',
  ),
);

function cleanReferent(text: string): string {
  return strip(text)
    .toLowerCase()
    .split(' ')
    .filter((word) => !DETERMINERS.has(word))
    .join(' ');
}

// One name may be a part of the other; a possessive never matches what is none.
function isSameReferent(doc: PyDict, results: readonly HookResult[]): boolean {
  const [said, right] = [pyStr(results[0] as PyValue), textColumn(doc, 'span1_text')].map(cleanReferent);
  const [a = '', b = ''] = [said, right];
  if (a.includes("'") !== b.includes("'")) return false;
  const [ours, theirs] = [new Set(a.split(' ')), new Set(b.split(' '))];
  return [...ours].every((word) => theirs.has(word)) || [...theirs].every((word) => ours.has(word));
}

// The two texts of the data set whose pronoun is not where their index says, by their beginnings.
const MISCOUNTED: readonly (readonly [beginning: string, pronoun: string, replaced: string])[] = [
  [
    'The boy continued to whip the pony , and eventually the pony threw him over.',
    'for him," he said. ',
    'for X ," he said.',
  ],
  [
    'When they had eventually calmed down a bit , and had gotten home,',
    'want to use it , but',
    'want to use X , but',
  ],
];

function markedPronoun(doc: PyDict): string {
  const text = textColumn(doc, 'text');
  for (const [beginning, pronoun, replaced] of MISCOUNTED) {
    if (text.startsWith(beginning) && text.includes(pronoun)) return text.replace(pronoun, replaced);
  }
  const words = text.split(' ');
  const index = numberColumn(doc, 'span2_index');
  if (words[index] !== textColumn(doc, 'span2_text'))
    throw new SweepError(
      'BAD_DATA',
      `Expected the word ${String(index)} of ${JSON.stringify(text.slice(0, 40))} to be span2_text.`,
    );
  return [...words.slice(0, index), 'X', ...words.slice(index + 1)].join(' ');
}

const WSC_IN_WRITING: FamilyHooks = {
  doc_to_text: {
    't5_utils.doc_to_text': (doc) =>
      `wsc: ${markedPronoun(doc).replaceAll(' X ', ` *${textColumn(doc, 'span2_text')}* `)}`,
  },
  process_results: {
    't5_utils.process_results': (doc, results) => ({
      accuracy: isSameReferent(doc, results) === (numberColumn(doc, 'label') === 1) ? 1 : 0,
    }),
  },
};

/** SuperGLUE's tasks that need more than a template. */
export const SUPER_GLUE: Readonly<Record<string, FamilyHooks>> = {
  record: RECORD,
  cb: CB,
  multirc: MULTIRC,
  'super_glue/wsc': WSC_IN_WRITING,
};
