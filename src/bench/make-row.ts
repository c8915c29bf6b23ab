import type { Datasheet } from '../machine/datasheet.js';
import type { Roof } from '../machine/roof.js';
import { mannWhitneyP } from '../stats/mann-whitney.js';
import { medianInterval } from '../stats/median-interval.js';
import { mean, median, sampleStdev } from '../stats/moments.js';
import { countOutliers } from '../stats/outliers.js';
import { supportedPercentile, type SupportedPercentile } from '../stats/percentile-bound.js';
import { pointKey, type BenchPoint } from './bench-point.js';
import { BENCH_SCHEMA, type BenchRow, type RowIdentity, type Spread } from './bench-row.js';
import { testName } from './bench-test.js';
import { energyOf } from './energy.js';
import type { BenchEnvironment } from './environment.js';
import { reasonsToDoubtGpu, type GpuFigures } from './gpu-watch.js';
import { reasonsToDoubt, type MachineCounters } from './machine-watch.js';
import type { Observation } from './observe.js';
import { halfWidth, type StopReason } from './stop-rule.js';
import { estimateWork } from './work-estimate.js';

/** Everything seen of a point, from which its row follows. */
export interface PointRecord {
  readonly point: BenchPoint;
  readonly seed: string;
  readonly backend: string;
  readonly observations: readonly Observation[];
  readonly order: readonly number[];
  readonly stop: StopReason;
  readonly warmUps: { readonly count: number; readonly stable: boolean };
  readonly loadMs: number | null;
  readonly meanwhile: MachineCounters;
  readonly pssBytes: number | null;
  readonly waitedMs: number;
  /** Remarks on how the model runs, and why not faster. */
  readonly notes: readonly string[];
  readonly gpu: GpuFigures | null;
  /** The first repetition's inputs once more, at the end. */
  readonly repeated: readonly Observation[];
  /** Inputs never seen before, in turn with the repeated ones. */
  readonly fresh: readonly Observation[];
}

export interface RowContext {
  readonly environment: BenchEnvironment;
  readonly roof: Roof | null;
  readonly datasheet: Datasheet | null;
}

/** The identity of a point's row. */
export function identityOf(point: BenchPoint, seed: string, environment: BenchEnvironment): RowIdentity {
  const { model, device, threads, batch, concurrency, test } = point;
  return {
    schema: BENCH_SCHEMA,
    key: pointKey(point),
    at: new Date().toISOString(),
    family: model.family,
    model: model.name,
    precision: model.precision,
    sizeBytes: model.weightBytes,
    nParams: model.nParams,
    nParamsNonEmbedding: model.nParamsNonEmbedding,
    modelDigest: model.digest,
    device,
    threads,
    batch,
    concurrency,
    seed,
    environment,
    test: testName(test),
  };
}

/** The row of a measured point. */
export function makeRow(record: PointRecord, { environment, roof, datasheet }: RowContext): BenchRow {
  const { point, observations, seed } = record;
  const times = observations.map(({ timeMs }) => timeMs);
  const tokens = observations[0]?.tokens ?? null;
  const work = estimateWork(point);
  const seconds = median(times) / 1000;
  const flopsPerSecond = work === null ? null : work.flops / seconds;
  const bytesPerSecond = work === null ? null : work.bytes / seconds;
  const doubts = doubtsOf(record, times);
  return {
    ...identityOf(point, seed, environment),
    status: 'completed',
    validity: doubts.length === 0 ? 'VALID' : 'INVALID',
    doubts,
    backend: record.backend,
    n: times.length,
    timedSeconds: times.reduce((sum, time) => sum + time, 0) / 1000,
    stop: record.stop,
    warmUps: record.warmUps.count,
    waitedSeconds: record.waitedMs / 1000,
    notes: record.notes,
    tokens,
    tokensPerSecond: tokens === null ? null : spreadOf(ratesOf(observations)),
    requestsPerSecond: (point.batch * point.concurrency) / seconds,
    timeMs: spreadOf(times),
    percentilesMs: percentilesOf(times),
    ttftMs: spreadOrNull(observations.map(({ ttftMs }) => ttftMs)),
    itlMs: spreadOrNull(observations.map(({ itlMs }) => itlMs)),
    loadMs: record.loadMs,
    peakRssBytes: Math.max(...observations.map(({ peakRssBytes }) => peakRssBytes)),
    pssBytes: record.pssBytes,
    gpu: record.gpu,
    ...clocksOf(observations),
    energy: energyOf(observations, environment.idleWatts[point.device] ?? null),
    flopsPerSecond,
    mfu: share(flopsPerSecond, roof === null ? undefined : roofOf(roof, point)),
    bytesPerSecond,
    mbu: share(bytesPerSecond, roof?.bytesPerSecond),
    roof,
    mfuOfSpec: share(flopsPerSecond, peakOf(datasheet, point)),
    mbuOfSpec: share(bytesPerSecond, datasheet?.bytesPerSecond),
    datasheet,
    outliers: countOutliers(times),
    outputDigest: observations[0]?.digest ?? '',
    outputDigests: observations.map(({ digest }) => digest.slice(0, 8)),
    samplesMs: times,
    order: record.order,
  };
}

function doubtsOf(record: PointRecord, times: readonly number[]): string[] {
  const { observations, repeated, meanwhile, warmUps } = record;
  const doubts = reasonsToDoubt(meanwhile);
  if (record.point.device !== 'cpu')
    doubts.push(...record.notes.filter((note) => note.startsWith('runs on the CPU')));
  if (record.gpu !== null) doubts.push(...reasonsToDoubtGpu(record.gpu));
  if (times.length < MIN_FOR_INTERVAL) doubts.push(`${times.length} repetitions support no interval`);
  if (!warmUps.stable) doubts.push(`${warmUps.count} warm-up runs did not become steady`);
  if (times.some((time) => time <= 0)) doubts.push('a time was not above zero: generate more tokens');
  if (hasDrifted(times)) doubts.push('the second half of the repetitions differs from the first');
  if (repeated.some(({ exactDigest }) => exactDigest !== observations[0]?.exactDigest)) {
    doubts.push('the same input gave another output');
  }
  if (wasRemembered(record, times)) doubts.push('a repeated input was over 10% faster than any other');
  const { test } = record.point;
  if (test.kind === 'server') {
    const p90 = supportedPercentile(times, 0.9);
    if (p90 === null || p90.bound99 > test.boundMs) {
      doubts.push(`the p90 latency is not below ${test.boundMs} ms with 99% confidence`);
    }
  }
  return doubts;
}

/** A repeated input that is always much faster than all others was remembered, not computed; among scattered times it may be luck. */
function wasRemembered({ repeated, fresh }: PointRecord, times: readonly number[]): boolean {
  if (repeated.length === 0 || halfWidth(times) > STEADY) return false;
  const others = [...times, ...fresh.map(({ timeMs }) => timeMs)];
  return Math.max(...repeated.map(({ timeMs }) => timeMs)) < 0.9 * Math.min(...others);
}

const STEADY = 0.05;
const MIN_FOR_DRIFT = 10;
const MIN_FOR_INTERVAL = 6;

function hasDrifted(times: readonly number[]): boolean {
  if (times.length < MIN_FOR_DRIFT) return false;
  const half = Math.floor(times.length / 2);
  const [before, after] = [times.slice(0, half), times.slice(half)];
  const change = Math.abs(median(after) / median(before) - 1);
  return change > 0.05 && mannWhitneyP(before, after) < 0.01;
}

function ratesOf(observations: readonly Observation[]): number[] {
  return observations.map(({ tokens, timeMs }) => (tokens ?? 0) / (Math.max(timeMs, 1e-6) / 1000));
}

function spreadOf(values: readonly number[]): Spread {
  const stdev = sampleStdev(values);
  return { ...medianInterval(values), mean: mean(values), stdev: Number.isNaN(stdev) ? 0 : stdev };
}

function spreadOrNull(values: readonly (number | null)[]): Spread | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : spreadOf(present);
}

const PERCENTILES = [0.5, 0.9, 0.95, 0.99, 0.999];

function percentilesOf(times: readonly number[]): Record<string, SupportedPercentile> {
  const entries = PERCENTILES.map((p) => [`p${p * 100}`, supportedPercentile(times, p)] as const);
  return Object.fromEntries(entries.flatMap(([name, found]) => (found === null ? [] : [[name, found]])));
}

/** Medians of the two parts of a repetition's time. */
function clocksOf(observations: readonly Observation[]): { runtimeMs: number | null; hostMs: number | null } {
  const parts = observations.flatMap(({ runtimeMs, timeMs }) =>
    runtimeMs === null ? [] : [{ runtimeMs, timeMs }],
  );
  if (parts.length === 0) return { runtimeMs: null, hostMs: null };
  return {
    runtimeMs: median(parts.map(({ runtimeMs }) => runtimeMs)),
    hostMs: median(parts.map(({ runtimeMs, timeMs }) => Math.max(0, timeMs - runtimeMs))),
  };
}

/** Half-precision models are held to the half-precision rate. */
function peakOf(datasheet: Datasheet | null, point: BenchPoint): number | undefined {
  const peak = isHalf(point) ? datasheet?.fp16FlopsPerSecond : datasheet?.fp32FlopsPerSecond;
  return peak ?? undefined;
}

function roofOf({ flopsPerSecond, halfFlopsPerSecond }: Roof, point: BenchPoint): number {
  return isHalf(point) ? (halfFlopsPerSecond ?? flopsPerSecond) : flopsPerSecond;
}

function isHalf({ model: { precision } }: BenchPoint): boolean {
  return precision === 'fp16' || precision === 'q4f16';
}

function share(reached: number | null, roof: number | undefined): number | null {
  return reached === null || roof === undefined ? null : reached / roof;
}
