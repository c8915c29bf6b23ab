import type { PackedRows } from './packed-rows.js';
import { packRows } from './packed-rows.js';
import type { Row } from './score-layout.js';
import type { TreeScorer } from './score-trees.js';
import type { Trees } from './trees.js';

/** Largest difference that two orders of summing may make here, in nats a token: exact weights, or rounded ones. */
const TOLERANCE = { exact: 1e-3, rounded: 0.1 };

const CONTEXT = 6;
const ANSWER = 3;
// The last target is not fed.
const BRANCH = ANSWER - 1;

/** What a model is asked: `isExact` unless its arithmetic rounds by what else is in the batch. */
export interface TreeCheck {
  readonly vocabularySize: number;
  readonly isExact: boolean;
}

/**
 * Asks a tree program two continuations of one context as branches, as rows of their own and behind a prefix. Gives why it cannot
 * be used, null where all agree: attention that counts columns instead of positions would not.
 */
export async function checkTrees(scorer: TreeScorer, check: TreeCheck): Promise<string | null> {
  const texts = [1, 2].map((step) => textOf(step, check.vocabularySize));
  const asked = [probe(texts, { branches: false, prefix: 0 }), probe(texts, { branches: true, prefix: 0 })];
  asked.push(probe(texts, { branches: true, prefix: CONTEXT - 1 }));
  const answers: Float64Array[] = [];
  for (const rows of asked) {
    answers.push((await scorer.score({ kind: 'score', rows, maxBatchTokens: 1000 })).loglikelihoods);
  }
  const [alone, ...others] = answers;
  const worst = Math.max(...others.map((answers) => difference(alone, answers)));
  return worst <= limitOf(check)
    ? null
    : `branches of one row disturb each other by ${worst.toPrecision(2)} nats`;
}

/**
 * Asks whether the answer of a row of so many columns still sees its context, where branches as long as fits lie between. Gives why
 * not, null where it does: attention to a window of columns hides it, although a window of positions holds both.
 */
export async function checkReach(
  scorer: TreeScorer,
  columns: number,
  check: TreeCheck,
): Promise<string | null> {
  const text = textOf(1, check.vocabularySize);
  const rows = probe([text], { branches: false, prefix: 0 });
  const answers: Float64Array[] = [];
  for (const between of [0, columns - CONTEXT - BRANCH]) {
    const trees = parted(text, Math.max(0, between));
    const work = { kind: 'score', rows, trees, maxBatchTokens: trees.ids.length } as const;
    answers.push((await scorer.score(work)).loglikelihoods);
  }
  return difference(answers[0], answers[1]) <= limitOf(check)
    ? null
    : 'its attention does not reach across the branches of long rows';
}

/** A tree of a context, so many branches of one token, and the answer. */
function parted(text: Uint32Array, between: number): Trees {
  const columns = CONTEXT + between + BRANCH;
  const isBetween = (column: number): boolean => column >= CONTEXT && column < CONTEXT + between;
  const positionOf = (column: number): number => (column < CONTEXT ? column : column - between);
  const ofColumns = (value: (column: number) => number): Uint32Array =>
    Uint32Array.from({ length: columns }, (_, column) => value(column));
  return {
    starts: Uint32Array.of(0, columns),
    ids: ofColumns((column) => (isBetween(column) ? 0 : (text[positionOf(column)] ?? 0))),
    positions: ofColumns((column) => (isBetween(column) ? CONTEXT : positionOf(column))),
    ends: ofColumns((column) => (isBetween(column) ? column + 1 : columns)),
    scoredStarts: Uint32Array.of(0, ANSWER),
    spans: new Uint32Array(ANSWER),
    columns: Uint32Array.from({ length: ANSWER }, (_, step) =>
      step === 0 ? CONTEXT - 1 : columns - ANSWER + step,
    ),
    targets: text.subarray(CONTEXT),
  };
}

function difference(before: Float64Array = new Float64Array(), after: Float64Array = before): number {
  return after.reduce((most, value, i) => Math.max(most, Math.abs(value - (before[i] ?? 0))), 0);
}

function limitOf({ isExact }: TreeCheck): number {
  return ANSWER * (isExact ? TOLERANCE.exact : TOLERANCE.rounded);
}

/** Ids of a context and an answer; texts of all steps have one context. */
function textOf(step: number, vocabularySize: number): Uint32Array {
  return Uint32Array.from({ length: CONTEXT + ANSWER }, (_, index) =>
    index < CONTEXT ? (index + 1) % vocabularySize : (index * (step + 1)) % vocabularySize,
  );
}

function probe(
  texts: readonly Uint32Array[],
  { branches, prefix }: { readonly branches: boolean; readonly prefix: number },
): PackedRows {
  const rows = texts.map((tokens, index): Row => ({
    tokens: tokens.subarray(0, -1),
    spans: [{ requests: [index], from: CONTEXT - 1, targets: tokens.subarray(CONTEXT) }],
    group: branches ? 0 : index,
    context: branches ? CONTEXT : 0,
  }));
  return packRows(rows, { prefix, room: 0 });
}
