import type { PackedRows } from './packed-rows.js';
import { packRows } from './packed-rows.js';
import type { Row } from './score-layout.js';
import type { TreeScorer } from './score-trees.js';

/** Largest difference that two orders of summing may make here, in nats a token: exact weights, or rounded ones. */
const TOLERANCE = { exact: 1e-3, rounded: 0.1 };

const CONTEXT = 6;
const ANSWER = 3;

/**
 * Asks a tree program two continuations of one context as branches, as rows of their own and behind a prefix. Gives why it cannot
 * be used, null where all agree: attention that counts columns instead of positions would not.
 */
export async function checkTrees(
  scorer: TreeScorer,
  { vocabularySize, isExact }: { readonly vocabularySize: number; readonly isExact: boolean },
): Promise<string | null> {
  const texts = [1, 2].map((step) => textOf(step, vocabularySize));
  const asked = [probe(texts, { branches: false, prefix: 0 }), probe(texts, { branches: true, prefix: 0 })];
  asked.push(probe(texts, { branches: true, prefix: CONTEXT - 1 }));
  const answers: Float64Array[] = [];
  for (const rows of asked) {
    answers.push((await scorer.score({ kind: 'score', rows, maxBatchTokens: 1000 })).loglikelihoods);
  }
  const [alone, ...others] = answers;
  const worst = others.reduce(
    (most, answer) =>
      answer.reduce((max, value, i) => Math.max(max, Math.abs(value - (alone?.[i] ?? 0))), most),
    0,
  );
  const limit = ANSWER * (isExact ? TOLERANCE.exact : TOLERANCE.rounded);
  return worst <= limit ? null : `branches of one row disturb each other by ${worst.toPrecision(2)} nats`;
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
