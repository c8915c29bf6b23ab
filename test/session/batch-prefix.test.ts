import { expect, test } from 'vitest';
import { beginningOf } from '../../src/session/batch-prefix.js';
import type { Row, ScoreBatch } from '../../src/session/score-layout.js';

/** Rows of 20 tokens that share the first `shared`, each of a group of its own with a context of `context` tokens. */
function batch(
  count: number,
  {
    shared,
    context = 19,
    prefix = 0,
  }: { readonly shared: number; readonly context?: number; readonly prefix?: number },
): ScoreBatch {
  const rows = Array.from({ length: count }, (_, group): Row => {
    const tokens = Uint32Array.from({ length: 20 }, (_unused, at) => (at < shared ? at : 100 * group + at));
    return { tokens, spans: [], group, context };
  });
  return { kind: 'score', requests: [], rows, prefix, room: 64 - prefix, size: 20 * count };
}

test.each([
  ['what all rows begin with', batch(10, { shared: 3 }), { prefix: 3, room: 61 }],
  ['a prefix stays as it is', batch(10, { shared: 12, prefix: 8 }), { prefix: 8, room: 56 }],
  ['too little to be worth a run', batch(10, { shared: 1 }), { prefix: 0, room: 64 }],
  ['a row alone', batch(1, { shared: 12 }), { prefix: 0, room: 64 }],
  ['the last token of a context predicts', batch(10, { shared: 12, context: 5 }), { prefix: 4, room: 60 }],
  ['texts without a context', batch(10, { shared: 12, context: 0 }), { prefix: 0, room: 64 }],
  ['no rows', batch(0, { shared: 0 }), { prefix: 0, room: 64 }],
])('%s', (_, given, expected) => {
  expect(beginningOf(given)).toEqual(expected);
});
