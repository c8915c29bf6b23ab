import { expect, test } from 'vitest';
import { packRows } from '../../src/session/packed-rows.js';
import type { Row } from '../../src/session/score-layout.js';
import { shareContexts } from '../../src/session/sharing.js';

const CONTEXT = 64;

/** Rows of one question: a context and what follows it. */
function question(group: number, context: number, rests: readonly number[]): Row[] {
  return rests.map((rest) => ({
    tokens: new Uint32Array(context + rest),
    spans: [{ requests: [0], from: context + rest - 1, targets: Uint32Array.of(0) }],
    group,
    context: rests.length === 1 ? 0 : context,
  }));
}

function widths(rows: readonly Row[]) {
  const runs = shareContexts(packRows(rows, { prefix: 0, room: CONTEXT }), {
    maxTokens: 4096,
    padsLeft: true,
  });
  return (runs ?? []).map(({ contextColumns, restColumns }) => contextColumns + restColumns);
}

test('no run is wider than the context of the model, although its longest context and its longest rest are of two rows', () => {
  const long = question(0, 60, [3, 4, 2, 4]);
  const short = question(1, 20, [30, 30, 30]);
  expect(widths([...long, ...short])).toEqual([64, 50]);
});

test('rows that fill the context and share nothing leave their last token to the second pass', () => {
  const alone = [question(0, 60, [4]), question(1, 60, [4])].flat();
  expect(widths([...question(2, 20, [30, 30, 30, 30, 30]), ...alone])).toEqual([64, 50]);
});
