import { availableParallelism } from 'node:os';
import { SweepError } from '../errors.js';
import type { BenchModel, BenchPoint } from './bench-point.js';
import type { BenchTest } from './bench-test.js';

/** The axes of a bench: every combination is a point. */
export interface BenchAxes {
  readonly models: readonly BenchModel[];
  readonly devices: readonly string[];
  /** Intra-op threads. */
  readonly threads: readonly number[];
  readonly batches: readonly number[];
  readonly concurrencies: readonly number[];
  readonly tests: readonly BenchTest[];
}

/** More points than anybody waits for are a slip of the pen. */
const MAX_POINTS = 10_000;

/** All points, without those where an axis means nothing: tokenizing and loading have no batch and no concurrency. */
export function planBench(axes: BenchAxes): BenchPoint[] {
  const points = axes.models.flatMap((model) =>
    axes.devices.flatMap((device) =>
      axes.threads.flatMap((threads) =>
        axes.tests.flatMap((test) => pointsOf({ model, device, threads, test }, axes)),
      ),
    ),
  );
  if (points.length > 0 && points.length <= MAX_POINTS) return points;
  throw new SweepError(
    'BENCH_SIZE',
    `Expected 1 to ${MAX_POINTS} points, the axes make ${points.length}; ask for fewer models, tests, batches or threads.`,
  );
}

function pointsOf(
  fixed: Omit<BenchPoint, 'batch' | 'concurrency'>,
  { batches, concurrencies }: BenchAxes,
): BenchPoint[] {
  const { kind } = fixed.test;
  const rows = kind === 'load' || kind === 'tokenize' || kind === 'server' ? [1] : batches;
  const copies = kind === 'load' || kind === 'tokenize' ? [1] : concurrencies;
  return rows.flatMap((batch) => copies.map((concurrency) => ({ ...fixed, batch, concurrency })));
}

/** Threads when none are asked for: every core that this process may use. */
export function defaultThreads(): number {
  return availableParallelism();
}
