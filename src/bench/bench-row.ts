import type { Outliers } from '../stats/outliers.js';
import type { SupportedPercentile } from '../stats/percentile-bound.js';
import type { Datasheet } from '../machine/datasheet.js';
import type { Roof } from '../machine/roof.js';
import type { Energy } from './energy.js';
import type { BenchEnvironment } from './environment.js';
import type { GpuFigures } from './gpu-watch.js';
import type { StopReason } from './stop-rule.js';

export const BENCH_SCHEMA = 'scalesweep.bench/1';

/** A rate or time over repetitions: median with its distribution-free 95% interval, and the mean that others print. */
export interface Spread {
  readonly median: number;
  readonly ci95: readonly [number, number] | null;
  readonly mean: number;
  readonly stdev: number;
}

/** What identifies a row, measured or failed. */
export interface RowIdentity {
  readonly schema: typeof BENCH_SCHEMA;
  readonly key: string;
  /** When the point ended, ISO 8601. */
  readonly at: string;
  readonly family: string;
  readonly model: string;
  readonly precision: string;
  /** Bytes of the weights. */
  readonly sizeBytes: number;
  readonly nParams: number;
  readonly nParamsNonEmbedding: number;
  readonly modelDigest: string;
  readonly device: string;
  readonly threads: number;
  readonly batch: number;
  readonly concurrency: number;
  readonly test: string;
  readonly seed: string;
  readonly environment: BenchEnvironment;
}

/** Figures of a measured point. Times are in ms and of one repetition. */
export interface Measured {
  readonly backend: string;
  readonly n: number;
  readonly timedSeconds: number;
  readonly stop: StopReason;
  readonly warmUps: number;
  /** Time that repetitions waited for other processes to leave the processors alone; in none of the times. */
  readonly waitedSeconds: number;
  /** Remarks on how the model ran, and why not faster. */
  readonly notes: readonly string[];
  /** Tokens that one repetition answers for; null where none are counted. */
  readonly tokens: number | null;
  readonly tokensPerSecond: Spread | null;
  readonly requestsPerSecond: number;
  readonly timeMs: Spread;
  readonly percentilesMs: Readonly<Record<string, SupportedPercentile>>;
  readonly ttftMs: Spread | null;
  readonly itlMs: Spread | null;
  /** From the start of a process to its first answer. */
  readonly loadMs: number | null;
  readonly peakRssBytes: number;
  /** Memory of the processes with shared pages divided among those who share them, after the last repetition. */
  readonly pssBytes: number | null;
  readonly gpu: GpuFigures | null;
  /** Median time of a repetition inside the runtime and outside it (feeds, answers, our own code), in ms. */
  readonly runtimeMs: number | null;
  readonly hostMs: number | null;
  readonly energy: Energy | null;
  readonly flopsPerSecond: number | null;
  readonly mfu: number | null;
  readonly bytesPerSecond: number | null;
  readonly mbu: number | null;
  readonly roof: Roof | null;
  /** The same shares of what the maker states, where the device is in our table. */
  readonly mfuOfSpec: number | null;
  readonly mbuOfSpec: number | null;
  readonly datasheet: Datasheet | null;
  readonly outliers: Outliers;
  readonly outputDigest: string;
  /** The first 8 hex digits of every repetition's output digest, in the order they ran. */
  readonly outputDigests: readonly string[];
  /** Every repetition's time, in the order they ran. */
  readonly samplesMs: readonly number[];
  /** Place of every repetition in the interleaved order of its group. */
  readonly order: readonly number[];
}

/** One line of a bench file: a point that was measured, or why it could not be. */
export type BenchRow =
  | (RowIdentity &
      Measured & {
        readonly status: 'completed';
        readonly validity: 'VALID' | 'INVALID';
        /** Why the figures are not to be trusted; empty where VALID. */
        readonly doubts: readonly string[];
      })
  | (RowIdentity & { readonly status: 'failed'; readonly code: string; readonly reason: string });

export type CompletedRow = Extract<BenchRow, { status: 'completed' }>;
