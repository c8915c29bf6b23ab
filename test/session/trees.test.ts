import { expect, test } from 'vitest';
import { offsetsOf, packRows } from '../../src/session/packed-rows.js';
import { clusterByPrefix } from '../../src/session/prefix-clusters.js';
import { cutTreeRuns, growTrees } from '../../src/session/trees.js';

const ids = (...values: number[]): Uint32Array => Uint32Array.from(values);

test('what rows of a group begin with stands once, and branches end where others begin', () => {
  const row = (tokens: number[], request: number, targets: number[]) => ({
    tokens: ids(...tokens),
    spans: [{ requests: [request], from: 2, targets: ids(...targets) }],
    group: 0,
    context: 3,
  });
  const two = [row([1, 2, 3, 5, 6], 0, [5, 6, 7]), row([1, 2, 3, 5, 8], 1, [5, 8, 9])];
  const rows = packRows(two, { prefix: 1, room: 99 });
  expect(growTrees(rows)).toEqual({
    starts: ids(0, 5),
    ids: ids(2, 3, 5, 6, 8),
    positions: ids(1, 2, 3, 4, 4),
    ends: ids(5, 5, 5, 4, 5),
    scoredStarts: ids(0, 6),
    spans: ids(0, 0, 0, 1, 1, 1),
    columns: ids(1, 2, 3, 1, 2, 4),
    targets: ids(5, 6, 7, 5, 8, 9),
  });
});

test('rows of other groups grow other trees', () => {
  const row = (group: number) => ({ tokens: ids(1, 2), spans: [], group, context: 1 });
  const { starts, ends } = growTrees(packRows([row(0), row(1), row(0)]));
  expect(starts).toEqual(ids(0, 2, 4));
  expect(ends).toEqual(ids(2, 2, 2, 2));
});

test('runs keep to the bound, hold every tree and are nearly full', () => {
  const sizes = Array.from({ length: 300 }, (_, index) => 4 + ((index * 37) % 90));
  const starts = offsetsOf(Uint32Array.from(sizes));
  const fed = starts.at(-1) ?? 0;
  for (const prefix of [0, 64, 400]) {
    for (const loneRows of [false, true]) {
      const runs = cutTreeRuns({ starts }, { prefix, room: 1000, maxTokens: 1024, loneRows });
      const laid = runs.flatMap(({ rows }) => rows.flat());
      expect(new Set(laid).size).toBe(sizes.length);
      const computed = runs.reduce((sum, { rows, columns }) => sum + rows.length * columns, 0);
      expect(1 - fed / computed).toBeLessThan(0.05);
      for (const { rows, columns } of runs) {
        expect(rows.length * columns).toBeLessThanOrEqual(1024);
        if (loneRows && prefix > 0) expect(rows).toHaveLength(1);
        for (const row of rows)
          expect(row.reduce((sum, tree) => sum + (sizes[tree] ?? 0), 0)).toBeLessThanOrEqual(columns);
      }
    }
  }
});

test('contexts behind one prompt make a cluster, others the rest', () => {
  const prompt = Array.from({ length: 100 }, (_, index) => index);
  const behind = Array.from({ length: 20 }, (_, index) => ids(...prompt, 200 + index, 7));
  const alone = Array.from({ length: 5 }, (_, index) => ids(...prompt.slice(0, 20), 300 + index));
  const items = [...alone, ...behind];
  const clusters = clusterByPrefix(items, (item) => item);
  expect(clusters.map(({ prefix, items: members }) => [prefix, members.length])).toEqual([
    [100, 20],
    [0, 5],
  ]);
  // The last token of a context is not part of the prefix, because it predicts.
  const equal = clusterByPrefix(
    Array.from({ length: 20 }, () => ids(...prompt)),
    (item) => item,
  );
  expect(equal.map(({ prefix }) => prefix)).toEqual([99]);
});
