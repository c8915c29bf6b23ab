import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BenchPoint } from '../../src/bench/bench-point.js';
import type { BenchRow, CompletedRow } from '../../src/bench/bench-row.js';
import { scenarioOf } from '../../src/bench/columns.js';
import { runBench } from '../../src/bench/run-bench.js';
import { judgeSmoke, smokePoints } from '../../src/bench/smoke.js';
import { PRESETS } from '../../src/bench/stop-rule.js';
import { ENVIRONMENT } from './make-points.js';

async function rowsOf(points: readonly BenchPoint[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const bench = { points, rule: PRESETS.smoke, seed: '0', environment: ENVIRONMENT };
  const limits = { memoryBytes: 4e9, timeoutMs: 60_000, coolTo: null, idlePatienceMs: 0 };
  const roofs = { roofOf: () => null, datasheetOf: () => null };
  await runBench({ ...bench, ...limits, ...roofs }, { onRow: (row) => rows.push(row) });
  return rows;
}

test('the smoke test runs every kind of test but the server in child processes and finds nothing wrong', async () => {
  const rows = await rowsOf(await smokePoints());
  expect(judgeSmoke(rows).problems).toEqual([]);
  expect(new Set(rows.map((row) => row.test))).toEqual(
    new Set(['pp32', 'tg8', 'tg4 @ d16', 'pp16+tg8', 'mc4x4 @ d16', 'tok2048', 'load']),
  );
}, 120_000);

test('generation at depth, processes side by side, a server and tokenization are measured, too', async () => {
  const [point] = await smokePoints();
  if (point === undefined) throw new Error('no point');
  const one = { ...point, batch: 1 };
  const rows = await rowsOf([
    { ...point, test: { kind: 'generate', generate: 8, depth: 32 } },
    { ...one, concurrency: 2, test: { kind: 'prompt', prompt: 32 } },
    { ...one, test: { kind: 'server', prompt: 8, generate: 4, load: 0.5, boundMs: 60_000 } },
    { ...one, test: { kind: 'tokenize', bytes: 4096 } },
  ]);
  const byTest = new Map(rows.map((row) => [row.test, row]));
  expect([...byTest.values()].map(({ status }) => status)).toEqual(
    Array.from({ length: 4 }, () => 'completed'),
  );
  const depth = byTest.get('tg8 @ d32') as CompletedRow;
  expect(depth).toMatchObject({ tokens: 14, batch: 2 });
  expect(depth.ttftMs?.median).toBeGreaterThan(0);
  expect(byTest.get('pp32')).toMatchObject({ tokens: 64, concurrency: 2 });
  const server = byTest.get('server pp8+tg4 @ 0.5') as CompletedRow;
  expect(server.n).toBe(70);
  expect(server.percentilesMs['p90']?.bound99).toBeGreaterThanOrEqual(
    server.percentilesMs['p90']?.value ?? 0,
  );
  const tokenize = byTest.get('tok4096') as CompletedRow;
  expect(tokenize.tokens).toBeGreaterThan(0);
  expect(tokenize.runtimeMs).toBeNull();
  expect(rows.map(scenarioOf).toSorted()).toEqual(['offline', 'offline', 'server', 'single-stream']);
}, 120_000);

test('what cannot be measured is a row with its reason, and the rest goes on', async () => {
  const [good] = (await smokePoints()).filter(({ test }) => test.kind === 'prompt');
  if (good === undefined) throw new Error('no point');
  const copy = mkdtempSync(join(tmpdir(), 'broken-'));
  cpSync(good.model.directory, copy, { recursive: true });
  const file = join(copy, 'onnx/model.onnx');
  writeFileSync(file, 'no model');
  const broken = { ...good, model: { ...good.model, name: 'broken', file, digest: 'b' } };
  const long = { ...good, test: { kind: 'prompt', prompt: 4096 } as const };
  const rows = await rowsOf([broken, good, long]);
  expect(rows.map(({ model, status }) => `${model} ${status}`).toSorted()).toEqual([
    'broken failed',
    `${good.model.name} completed`,
    `${good.model.name} failed`,
  ]);
  const reasons = rows.flatMap((row) => (row.status === 'failed' ? [row.reason] : []));
  expect(reasons.join()).toContain('The test feeds 4096 tokens, the model takes 128.');
}, 60_000);

test('a smoke test fails when outputs vary or the two graph styles disagree', async () => {
  const identity = { model: 'portable-fp32', test: 'pp32', status: 'completed', doubts: [] };
  const row = { ...identity, backend: 'CPUExecutionProvider', outputDigest: 'a' } as unknown as BenchRow;
  const fused = { ...row, model: 'fused-fp32', outputDigest: 'b' } as BenchRow;
  expect(judgeSmoke([row, fused]).problems).toEqual([
    'pp32: the portable and the fused graph give other outputs',
  ]);
  const varying = { ...row, doubts: ['the same input gave another output'] } as BenchRow;
  expect(judgeSmoke([varying]).text).toContain('Smoke test FAILED');
  await Promise.resolve();
});
