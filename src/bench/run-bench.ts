import { TrialError } from '../errors.js';
import type { Datasheet } from '../machine/datasheet.js';
import type { Roof } from '../machine/roof.js';
import { createRandom, shuffled } from '../stats/random.js';
import { pointKey, processKey, type BenchPoint } from './bench-point.js';
import type { BenchRow } from './bench-row.js';
import { identityOf, makeRow, type RowContext } from './make-row.js';
import { PointRun } from './point-run.js';
import { ProcessPool } from './process-pool.js';
import type { BenchEnvironment } from './environment.js';
import type { StopRule } from './stop-rule.js';

/** Everything a bench is asked for. */
export interface Bench {
  readonly points: readonly BenchPoint[];
  readonly rule: StopRule;
  readonly seed: string;
  /** Memory that open models may take together, in bytes. */
  readonly memoryBytes: number;
  /** Longest time for one answer of a process. */
  readonly timeoutMs: number;
  readonly environment: BenchEnvironment;
  /** The roof of a device at a number of threads; null where none was measured. */
  readonly roofOf: (device: string, threads: number) => Roof | null;
  /** What the maker states of a device at a number of threads; null where it is not in our table. */
  readonly datasheetOf: (device: string, threads: number) => Datasheet | null;
  /** Degrees Celsius that a GPU cools down to before each repetition; null: it does not wait. */
  readonly coolTo: number | null;
  /** How long a repetition may wait for other processes to leave the processors alone; 0: it does not wait. */
  readonly idlePatienceMs: number;
}

/** Who follows a bench. */
export interface BenchWatcher {
  onRow(row: BenchRow): void;
}

/**
 * Measures all points. Models that fit into memory together form a group; within a group the repetitions of all points
 * are interleaved in seeded random order, so that a slow minute falls on all alike. A point that fails is a row too.
 */
export async function runBench(bench: Bench, watcher: BenchWatcher): Promise<void> {
  for (const group of groupByMemory(bench)) {
    const pool = new ProcessPool(bench.timeoutMs);
    try {
      await runGroup(bench, { points: group, pool, watcher });
    } finally {
      await pool.close();
    }
  }
}

interface Group {
  readonly points: readonly BenchPoint[];
  readonly pool: ProcessPool;
  readonly watcher: BenchWatcher;
}

async function runGroup(bench: Bench, { points, pool, watcher }: Group): Promise<void> {
  const finish = (run: PointRun, error: unknown): void => {
    watcher.onRow(rowOf(bench, run, error));
  };
  const warm: PointRun[] = [];
  for (const point of shuffled(points, createRandom(`${bench.seed}/warm-up`))) {
    const run = new PointRun(point, { ...bench, pool });
    const error = await failureOf(run.warmUp());
    if (error === null) warm.push(run);
    else finish(run, error);
  }
  const random = createRandom(`${bench.seed}/order`);
  let active = warm;
  let place = 0;
  while (active.length > 0) {
    const done = new Set<PointRun>();
    for (const run of shuffled(active, random)) {
      const error = await failureOf(run.repeat(place++));
      if (error === null && run.stop === null) continue;
      done.add(run);
      finish(run, error ?? (await failureOf(run.check())));
    }
    active = active.filter((run) => !done.has(run));
  }
}

/** What went wrong in a way that a row can tell; anything else is a defect and goes on. */
async function failureOf(work: Promise<void>): Promise<TrialError | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof TrialError) return error;
    throw error;
  }
}

function rowOf(bench: Bench, run: PointRun, error: unknown): BenchRow {
  const { environment, seed } = bench;
  if (error instanceof TrialError) {
    const { code, message: reason } = error;
    return { ...identityOf(run.point, seed, environment), status: 'failed', code, reason };
  }
  const { device, threads } = run.point;
  const context: RowContext = {
    environment,
    roof: bench.roofOf(device, threads),
    datasheet: bench.datasheetOf(device, threads),
  };
  return makeRow(run.record(), context);
}

// A process holds the mapped weights and a rearranged copy for each of the programs that score and generate.
const OVERHEAD_BYTES = 300 << 20;
const COPIES = 3;

/** Points of models that may be open at the same time, by the seed's order of models. */
export function groupByMemory({
  points,
  memoryBytes,
  seed,
}: Pick<Bench, 'points' | 'memoryBytes' | 'seed'>): BenchPoint[][] {
  const byModel = new Map<string, BenchPoint[]>();
  for (const point of points) {
    const key = processKey(point);
    byModel.set(key, [...(byModel.get(key) ?? []), point]);
  }
  const groups: BenchPoint[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const [, own] of shuffled([...byModel], createRandom(`${seed}/groups`))) {
    const copies = Math.max(...own.map(({ concurrency }) => concurrency));
    const needed = copies * (OVERHEAD_BYTES + COPIES * (own[0]?.model.weightBytes ?? 0));
    if (used + needed > memoryBytes) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)?.push(...own);
    used += needed;
  }
  return groups;
}

/** The points that have no completed row yet: a bench that was interrupted goes on with them. */
export function remainingPoints(points: readonly BenchPoint[], rows: readonly BenchRow[]): BenchPoint[] {
  const done = new Set(rows.filter(({ status }) => status === 'completed').map(({ key }) => key));
  return points.filter((point) => !done.has(pointKey(point)));
}
