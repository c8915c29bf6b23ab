import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendRow, readBenchFile } from '../../src/bench/bench-file.js';
import type { BenchRow } from '../../src/bench/bench-row.js';
import { pointKey } from '../../src/bench/bench-point.js';
import { compareBench, noiseFloorOf, renderComparison } from '../../src/bench/compare-bench.js';
import { renderBench } from '../../src/bench/render-bench.js';
import { groupByMemory, remainingPoints } from '../../src/bench/run-bench.js';
import { estimateWork } from '../../src/bench/work-estimate.js';
import { createRandom } from '../../src/stats/random.js';
import { MODEL, observation, pointOf, quiet, rowOf } from './make-points.js';

const around = (ms: number, n = 12): number[] =>
  Array.from({ length: n }, (_, index) => ms + (index % 3) * 0.01);
const file = (): string => join(mkdtempSync(join(tmpdir(), 'bench-')), 'bench.jsonl');

function failed(): BenchRow {
  const { status: _status, ...row } = rowOf(around(5));
  return { ...row, status: 'failed', code: 'PROCESS_ENDED', reason: 'The process, it "ended"' };
}

test('a row tells rate, share of the roof and verdict', () => {
  const row = rowOf(around(5));
  expect(row.tokensPerSecond?.median).toBeCloseTo(10 / 0.00501, 0);
  expect(row).toMatchObject({ validity: 'VALID', doubts: [], n: 12, test: 'pp10', percentilesMs: {} });
  // 2 x 1000 x 10 for the layers, 4 x 8 x 2 x 55 for attention, 2 x 8 x 50 for the one asked row.
  expect(estimateWork(pointOf())).toEqual({ flops: 20_000 + 3520 + 800, bytes: 5600 });
  expect(row.mfu).toBeCloseTo(24_320 / 0.00501 / 1e9, 4);
});

test('generation reads the weights once a token and the growing cache', () => {
  const point = pointOf({ batch: 2, test: { kind: 'generate', generate: 3, depth: 1 } });
  expect(estimateWork(point)?.bytes).toBe(3 * 5600 + 2 * 128 * (0 + 1 + 2));
});

test.each([
  ['another output', { repeated: [observation(5, { exactDigest: 'y' })] }],
  ['over 10% faster', { repeated: [observation(4)] }],
  ['did not become steady', { warmUps: { count: 50, stable: false } }],
  ['pages were swapped', { meanwhile: { ...quiet(60), swappedPages: 1 } }],
] as const)('a point is INVALID when %s', (reason, changes) => {
  const row = rowOf(around(5), changes);
  expect(row.validity).toBe('INVALID');
  expect(row.doubts.join()).toContain(reason);
});

test('among scattered times a fast repeat is no doubt', () => {
  const scattered = Array.from({ length: 12 }, (_, index) => 5 + (index % 4));
  expect(rowOf(scattered, { repeated: [observation(4)] }).doubts).toEqual([]);
});

test('two repetitions, and a drift within the run, are doubts too', () => {
  expect(rowOf([5, 5]).doubts).toEqual(['2 repetitions support no interval']);
  expect(rowOf([...around(5), ...around(6)]).doubts.join()).toContain('second half');
});

test('percentiles appear when the number of values supports them', () => {
  expect(Object.keys(rowOf(around(5, 70)).percentilesMs)).toEqual(['p50', 'p90']);
});

test('what is INVALID is not compared, and makes no noise floor', () => {
  const slow = rowOf(around(9), { warmUps: { count: 50, stable: false } });
  const { differences } = compareBench([rowOf(around(5))], [slow]);
  expect(differences[0]).toMatchObject({ verdict: 'not comparable', remarks: ['one side is INVALID'] });
  expect(noiseFloorOf([[rowOf(around(5))], [slow]])).toBe(0.02);
});

test('outputs of the same inputs that differ are told, whichever repetition they come from', () => {
  const a = rowOf(around(5));
  const b = { ...a, outputDigests: a.outputDigests.map((digest, index) => (index === 3 ? 'other' : digest)) };
  expect(compareBench([a], [b]).differences[0]?.remarks).toEqual(['the outputs differ']);
  expect(
    compareBench([a], [{ ...a, outputDigests: a.outputDigests.slice(0, 6) }]).differences[0]?.remarks,
  ).toEqual([]);
});

test('Markdown has a row a point, failures included, and no empty columns', () => {
  const text = renderBench([rowOf(around(5)), failed()], 'md');
  expect(text).toContain('| toy fp32 |');
  expect(text).toContain('FAILED (PROCESS_ENDED): The process, it "ended"');
  expect(text).not.toContain('J/token');
  expect(text).toContain('Roof of cpu with 2 threads');
});

test('CSV quotes what needs it and has equal columns in every row', () => {
  const [head = '', ...rows] = renderBench([rowOf(around(5)), failed()], 'csv')
    .trim()
    .split('\n');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toContain('"Test CPU, 3 GHz"');
  expect(rows[1]).toContain('""ended""');
  const cells = (line: string): number => line.replaceAll(/"(?:[^"]|"")*"/g, '').split(',').length;
  expect(rows.map(cells)).toEqual([cells(head), cells(head)]);
});

test('rows come back from their file, a torn last line is left out, foreign files are refused', () => {
  const path = file();
  appendRow(path, rowOf(around(5)));
  appendRow(path, { ...rowOf(around(6)), key: 'other' });
  const text = renderBench(readBenchFile(path), 'jsonl');
  writeFileSync(path, `${text}{"schema":"scalesweep.be`);
  expect(readBenchFile(path).map(({ key }) => key)).toEqual([pointKey(pointOf()), 'other']);
  writeFileSync(path, '{"a":1}\n');
  expect(() => readBenchFile(path)).toThrow('to hold rows of scalesweep.bench/1');
  expect(() => readBenchFile(`${path}.none`)).toThrow('found none');
});

test('a resumed bench measures what has no completed row', () => {
  const points = [pointOf(), pointOf({ batch: 8 })];
  expect(remainingPoints(points, [rowOf(around(5))])).toEqual([points[1]]);
  expect(remainingPoints(points, [failed()])).toEqual(points);
});

test('models that fit together form a group, a model that does not fit stands alone', () => {
  const sized = (name: string, weightBytes: number) =>
    pointOf({ model: { ...MODEL, file: name, weightBytes } });
  const points = [sized('a', 1e9), sized('b', 1e9), sized('c', 50e9)];
  const groups = groupByMemory({ points, memoryBytes: 8e9, seed: '1' });
  expect(groups.flat()).toHaveLength(3);
  expect(groups.find((group) => group.some(({ model }) => model.file === 'c'))).toHaveLength(1);
});

test('a slower half is found, and a change below the noise floor is none', () => {
  const slower = compareBench([rowOf(around(5))], [rowOf(around(10))]);
  expect(slower.differences[0]).toMatchObject({ verdict: 'slower', remarks: [] });
  const small = compareBench([rowOf(around(5))], [rowOf(around(5.05))]);
  expect(small.differences[0]).toMatchObject({ verdict: 'no difference' });
  expect(small.differences[0]?.p).toBeLessThan(0.05);
  expect(renderComparison(slower)).toContain('| slower |');
});

test('points that only one file has are named', () => {
  const { differences, unmatched } = compareBench(
    [rowOf(around(5))],
    [{ ...rowOf(around(5)), test: 'pp99' }],
  );
  expect(differences).toEqual([]);
  expect(unmatched).toEqual(['toy fp32 cpu t2 b1 c1 pp10', 'toy fp32 cpu t2 b1 c1 pp99']);
});

test('20 repeats of one bench with a floor from them differ in at most 5% of pairs', () => {
  const random = createRandom('a/a');
  const repeat = (): BenchRow[] => {
    const mood = 1 + 0.01 * random.normal(); // a run as a whole is a little faster or slower
    return [rowOf(Array.from({ length: 15 }, () => 5 * mood * (1 + 0.01 * Math.abs(random.normal()))))];
  };
  const repeats = Array.from({ length: 20 }, repeat);
  const floor = noiseFloorOf(repeats);
  expect(floor).toBeGreaterThan(0.02);
  let pairs = 0;
  let different = 0;
  for (const [index, before] of repeats.entries()) {
    for (const after of repeats.slice(index + 1)) {
      pairs++;
      if (compareBench(before, after, floor).differences[0]?.verdict !== 'no difference') different++;
    }
  }
  expect(different / pairs).toBeLessThanOrEqual(0.05);
});
