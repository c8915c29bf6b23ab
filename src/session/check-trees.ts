import type { ScoreAnswer, ScoreWork } from './batch-work.js';
import type { PackedRows } from './packed-rows.js';
import { packRows } from './packed-rows.js';
import type { Row } from './score-layout.js';
import type { TreeScorer } from './score-trees.js';
import type { Trees } from './trees.js';

/**
 * Largest difference that two orders of summing may make here, in nats a token: between rows of their own and branches of one, and
 * between orders of the same branches. Only the former is more where activations are rounded by what else is in the batch.
 */
const TOLERANCE = {
  float32: { alone: 1e-3, moved: 1e-4 },
  float16: { alone: 0.01, moved: 1e-3 },
  rounded: { alone: 0.1, moved: 1e-3 },
};

const CONTEXT = 6;
const ANSWER = 3;
// The last target is not fed.
const BRANCH = ANSWER - 1;

/** What a model is asked, and how exactly it computes. */
export interface TreeCheck {
  readonly vocabularySize: number;
  readonly arithmetic: keyof typeof TOLERANCE;
  /** What a merged decoder scores by its first pass, which trees do not take; null for other models. */
  readonly firstPass: ((work: ScoreWork) => Promise<ScoreAnswer>) | null;
}

/** Columns of the longest row, and the longest text that is a row. */
export interface Reach {
  readonly columns: number;
  readonly tokens: number;
}

/**
 * Asks a tree program two continuations of one context as branches, as rows of their own and, if it takes one, behind a prefix.
 * Gives why it cannot be used, null where all agree: attention that counts columns instead of positions would not.
 */
export async function checkTrees(scorer: TreeScorer, check: TreeCheck): Promise<string | null> {
  const apart = await besideFirstPass(scorer, CONTEXT + BRANCH, check);
  if (apart !== null) return apart;
  const texts = [1, 2].map((step) => textOf(step, check.vocabularySize));
  const asked = [probe(texts, { branches: false, prefix: 0 }), probe(texts, { branches: true, prefix: 0 })];
  if (scorer.takesPrefix) asked.push(probe(texts, { branches: true, prefix: CONTEXT - 1 }));
  const answers: Float64Array[] = [];
  for (const rows of asked) {
    answers.push((await scorer.score({ kind: 'score', rows, maxBatchTokens: 1000 })).loglikelihoods);
  }
  const [alone, ...others] = answers;
  const worst = Math.max(...others.map((answers) => difference(alone, answers)));
  return worst <= ANSWER * TOLERANCE[check.arithmetic].alone
    ? null
    : `branches of one row disturb each other by ${worst.toPrecision(2)} nats`;
}

/**
 * Asks whether it makes a difference to an answer if as many other branches as fit into so many columns lie between its context and
 * itself, or after it. Gives why not to branch, null where it makes none: attention to a window of columns loses sight of the context.
 */
export async function checkReach(
  scorer: TreeScorer,
  { columns, tokens }: Reach,
  check: TreeCheck,
): Promise<string | null> {
  const apart = await besideFirstPass(scorer, tokens, check);
  if (apart !== null) return apart;
  const text = textOf(1, check.vocabularySize);
  const rows = probe([text], { branches: false, prefix: 0 });
  const answers: Float64Array[] = [];
  const others = Math.max(0, columns - CONTEXT - BRANCH);
  for (const order of [
    { between: 0, after: others },
    { between: others, after: 0 },
  ]) {
    const trees = parted(text, order);
    const work = { kind: 'score', rows, trees, maxBatchTokens: trees.ids.length } as const;
    answers.push((await scorer.score(work)).loglikelihoods);
  }
  return difference(answers[0], answers[1]) <= ANSWER * TOLERANCE[check.arithmetic].moved
    ? null
    : 'its attention counts columns, which other branches move';
}

/** Why the pass behind a cache cannot stand for the first one of a merged decoder; null where both score a text of so many tokens alike. */
async function besideFirstPass(
  scorer: TreeScorer,
  tokens: number,
  { firstPass, vocabularySize, arithmetic }: TreeCheck,
): Promise<string | null> {
  if (firstPass === null) return null;
  const text = Uint32Array.from(
    { length: tokens + 1 },
    (_, index) => (index * index + index) % vocabularySize,
  );
  const from = Math.max(0, tokens - ANSWER);
  const row: Row = {
    tokens: text.subarray(0, -1),
    spans: [{ requests: [0], from, targets: text.subarray(from + 1) }],
    group: 0,
    context: 0,
  };
  const work: ScoreWork = { kind: 'score', rows: packRows([row]), maxBatchTokens: tokens };
  const [own, other] = [await firstPass(work), await scorer.score(work)];
  const nats = difference(own.loglikelihoods, other.loglikelihoods);
  return nats <= ANSWER * TOLERANCE[arithmetic].alone
    ? null
    : `its passes with a cache and without differ by ${nats.toPrecision(2)} nats`;
}

/** A tree of a context and the answer, with so many branches of one token between and after them. */
function parted(
  text: Uint32Array,
  { between, after }: { readonly between: number; readonly after: number },
): Trees {
  const [start, end] = [CONTEXT + between, CONTEXT + between + BRANCH];
  const columns = end + after;
  const isOwn = (column: number): boolean => column < CONTEXT || (column >= start && column < end);
  const positionOf = (column: number): number => (column < CONTEXT ? column : column - between);
  const ofColumns = (value: (column: number) => number): Uint32Array =>
    Uint32Array.from({ length: columns }, (_, column) => value(column));
  return {
    starts: Uint32Array.of(0, columns),
    ids: ofColumns((column) => (isOwn(column) ? (text[positionOf(column)] ?? 0) : 0)),
    positions: ofColumns((column) => (isOwn(column) ? positionOf(column) : CONTEXT)),
    ends: ofColumns((column) => (column < CONTEXT ? columns : isOwn(column) ? end : column + 1)),
    scoredStarts: Uint32Array.of(0, ANSWER),
    spans: new Uint32Array(ANSWER),
    columns: Uint32Array.from({ length: ANSWER }, (_, step) => (step === 0 ? CONTEXT - 1 : start + step - 1)),
    targets: text.subarray(CONTEXT),
  };
}

function difference(before: Float64Array = new Float64Array(), after: Float64Array = before): number {
  return after.reduce((most, value, i) => Math.max(most, Math.abs(value - (before[i] ?? 0))), 0);
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
