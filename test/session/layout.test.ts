import { expect, test } from 'vitest';
import type { TokenRequest } from '../../src/session/encode-requests.js';
import { layOut } from '../../src/session/layout.js';
import { packRows } from '../../src/session/packed-rows.js';
import { cutRuns } from '../../src/session/runs.js';

const limits = { maxLength: 1000, prefixToken: 0, maxBatchTokens: 256, shares: 'nothing' } as const;
const ids = (...values: number[]): Uint32Array => Uint32Array.from(values);

function pair(context: readonly number[], continuation: readonly number[]): TokenRequest {
  return { kind: 'loglikelihood', context: ids(...context), continuation: ids(...continuation) };
}

/** Seeded requests of realistic lengths: questions with four choices each. */
function questions(count: number): TokenRequest[] {
  let state = 1;
  const random = (below: number): number => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  const tokens = (length: number): number[] => Array.from({ length }, () => random(50));
  return Array.from({ length: count }, () => tokens(5 + random(30))).flatMap((context) =>
    Array.from({ length: 4 }, () => pair(context, tokens(1 + random(4)))),
  );
}

test('every request stands in exactly one batch', () => {
  const requests = questions(100);
  const { batches } = layOut(requests, limits);
  const all = batches.flatMap((batch) => batch.requests).sort((a, b) => a - b);
  expect(all).toEqual(requests.map((_, index) => index));
});

test('the same requests are always cut into the same batches, others into others', () => {
  const requests = questions(50);
  expect(layOut(requests, limits)).toEqual(layOut(questions(50), limits));
  expect(layOut(requests, limits).digest).not.toBe(layOut(requests.slice(1), limits).digest);
  expect(layOut(requests, limits).digest).not.toBe(
    layOut(requests, { ...limits, maxBatchTokens: 300 }).digest,
  );
});

test('runs keep to the bound and padding stays under 5%', () => {
  const { batches } = layOut(questions(400), { ...limits, maxBatchTokens: 2048 });
  let computed = 0;
  let fed = 0;
  for (const batch of batches) {
    if (batch.kind !== 'score') continue;
    const rows = packRows(batch.rows);
    for (const { firstRow, endRow, columns } of cutRuns(rows, 2048)) {
      expect((endRow - firstRow) * columns).toBeLessThanOrEqual(2048);
      computed += (endRow - firstRow) * columns;
    }
    fed += rows.tokens.length;
  }
  expect(1 - fed / computed).toBeLessThan(0.05);
});

test('where rows may branch, a batch is bounded by what is computed and keeps one prefix', () => {
  const prompt = Array.from({ length: 60 }, (_, index) => index);
  const asked = Array.from({ length: 30 }, (_, question) =>
    [5, 6, 7].map((choice) => pair([...prompt, 70 + question, 3], [choice, 1])),
  ).flat();
  const { batches } = layOut(asked, { ...limits, shares: 'prefixes' });
  // 2 tokens of a question and 3 of its choices: 51 such trees fit 256.
  expect(batches).toMatchObject([{ prefix: 60, size: 60 + 30 * 5 }]);
  // Where no prefix can be kept, each tree has it: three of 65 tokens fit 256.
  const whole = layOut(asked, { ...limits, shares: 'contexts' }).batches;
  expect(whole).toHaveLength(10);
  expect(whole[0]).toMatchObject({ prefix: 0, size: 3 * 65 });
  expect(layOut(asked, limits).batches.length).toBeGreaterThan(20);
});

test('a tree keeps to the length of the model', () => {
  const asked = Array.from({ length: 4 }, (_, choice) => pair([1, 2, 3, 4, 5, 6], [choice, 8, 9]));
  const { batches } = layOut(asked, { ...limits, maxLength: 12, shares: 'prefixes' });
  // A context of 6 tokens and 2 more a choice: three choices fit 12.
  expect(batches).toHaveLength(1);
  expect(batches[0]).toMatchObject({ rows: [{ group: 1 }, { group: 0 }, { group: 0 }, { group: 0 }] });
});

test('equal requests and one-token choices of one context cost one row', () => {
  const requests = [
    pair([1, 2, 3], [7]),
    pair([1, 2, 3], [8]),
    pair([1, 2, 3], [7]),
    pair([1, 2, 3], [8, 9]),
  ];
  const { batches } = layOut(requests, limits);
  expect(batches).toHaveLength(1);
  expect(batches[0]).toMatchObject({ requests: [0, 1, 2, 3], rows: [{ tokens: ids(1, 2, 3, 8) }] });
});

test('equal requests are scored once and get one answer', () => {
  const text: TokenRequest = { kind: 'loglikelihood_rolling', tokens: ids(1, 2, 3) };
  const { batches } = layOut([pair([1, 2], [7]), text, pair([1, 2], [7]), text], limits);
  expect(batches).toMatchObject([
    {
      rows: [
        { spans: [{ requests: [1, 3], targets: ids(1, 2, 3) }] },
        { spans: [{ requests: [0, 2], targets: ids(7) }] },
      ],
    },
  ]);
});

test('a long text keeps its windows together, an empty one is answered by nothing', () => {
  const text: TokenRequest = {
    kind: 'loglikelihood_rolling',
    tokens: ids(...Array.from({ length: 50 }, (_, i) => i)),
  };
  const empty: TokenRequest = { kind: 'loglikelihood_rolling', tokens: ids() };
  const { batches } = layOut([text, empty], { ...limits, maxLength: 10, maxBatchTokens: 20 });
  expect(batches.map((batch) => batch.requests)).toEqual([[0], [1]]);
  expect(batches[0]).toHaveProperty('rows.length', 5);
});

test('generations are grouped by their stops and limits, equal prompts run once', () => {
  const ask = (prompt: readonly number[], until: string[], maxNewTokens: number): TokenRequest => ({
    kind: 'generate_until',
    prompt: ids(...prompt),
    until,
    maxNewTokens,
  });
  const requests = [
    ask([1], ['a'], 5),
    ask([2], ['b'], 5),
    ask([1, 2], ['a'], 5),
    ask([1], ['a'], 5),
    ask([1], ['a'], 6),
  ];
  const { batches } = layOut(requests, limits);
  expect(batches.map((batch) => batch.requests)).toEqual([[0, 2, 3], [1], [4]]);
  expect(batches[0]).toMatchObject({ prompts: [{ requests: [2] }, { requests: [0, 3] }] });
});

test('prompts of like length are continued together, once there are enough of them for a batch', () => {
  const lengthsOf = (counts: readonly (readonly [length: number, count: number])[]): number[][] => {
    let last = 0;
    const requests = counts.flatMap(([length, count]) =>
      Array.from({ length: count }, (): TokenRequest => {
        const prompt = new Uint32Array(length).fill(++last);
        return { kind: 'generate_until', prompt, until: ['.'], maxNewTokens: 13 };
      }),
    );
    return layOut(requests, { ...limits, maxBatchTokens: 4096 }).batches.map((batch) =>
      batch.kind === 'generate' ? batch.prompts.map(({ tokens }) => tokens.length) : [],
    );
  };
  const of = (length: number, count: number): number[] => Array.from({ length: count }, () => length);
  // 19 and 13 new tokens: one of padding is 3% of the row, two are 6%.
  const counts = [19, 18, 17, 16].map((length) => [length, 20] as const);
  expect(lengthsOf(counts)).toEqual([
    [...of(19, 20), ...of(18, 20)],
    [...of(17, 20), ...of(16, 20)],
  ]);
  expect(
    lengthsOf([
      [19, 7],
      [5, 1],
      [4, 3],
    ]),
  ).toEqual([[...of(19, 7), 5], of(4, 3)]);
});
