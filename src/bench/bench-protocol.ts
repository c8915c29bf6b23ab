import type { GpuSettings, GpuState } from '../machine/nvml.js';
import type { BatchWork } from '../session/batch-work.js';

/** What the benchmark asks of a model process; one answer for every request, in order. */
export type BenchRequest =
  | {
      readonly kind: 'open';
      readonly modelFile: string;
      readonly device: string;
      readonly threads: number;
      /** Answered once, so that the program it needs is open. */
      readonly first: BatchWork;
    }
  /** Answers each work in turn, each with its own clock, once the GPU is no warmer than `coolTo` degrees (null: at once). */
  | { readonly kind: 'answer'; readonly works: readonly BatchWork[]; readonly coolTo: number | null }
  /** What the process and its model have come to. */
  | { readonly kind: 'state' }
  /** Watches an idle device for so long; at once where it has no energy counter. */
  | { readonly kind: 'idle'; readonly device: string; readonly seconds: number }
  | { readonly kind: 'tokenize'; readonly tokenizerFile: string; readonly text: string }
  /** Runs a small graph again and again for at least `seconds`. */
  | {
      readonly kind: 'roof';
      readonly graph: Uint8Array;
      readonly dims: Readonly<Record<string, readonly number[]>>;
      readonly device: string;
      readonly threads: number;
      readonly seconds: number;
    };

export interface Timed {
  readonly elapsedMs: number;
  /** Processor time of this process meanwhile, all threads. */
  readonly cpuMs: number;
  /** Highest resident memory of this process so far. */
  readonly peakRssBytes: number;
}

export interface WorkAnswer extends Timed {
  /** Of the elapsed time, what passed inside the runtime. */
  readonly runtimeMs: number;
  /** Energy of the whole device meanwhile, in joules; null where it is not counted. */
  readonly energyJ: number | null;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  /** sha256 (hex) of the answers, log-probabilities to the last bit. */
  readonly exactDigest: string;
  /** The same with log-probabilities to 3 decimals: equal across machines, save ties. */
  readonly digest: string;
}

export type BenchReply =
  | ({ readonly kind: 'opened'; readonly provider: string } & Timed)
  | {
      readonly kind: 'answered';
      readonly answers: readonly WorkAnswer[];
      /** The GPU just after; null on the CPU. */
      readonly gpu: GpuState | null;
    }
  | {
      readonly kind: 'state';
      /** Proportional set size, null where the system does not tell. */
      readonly pssBytes: number | null;
      /** Remarks on how the model runs, and why not faster. */
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'idle';
      readonly watts: number | null;
      readonly gpu: (GpuSettings & { readonly name: string; readonly temperatureC: number | null }) | null;
    }
  | ({ readonly kind: 'tokenized'; readonly tokens: number; readonly digest: string } & Timed)
  /** Fastest and median time of a run. */
  | { readonly kind: 'roof'; readonly bestMs: number; readonly medianMs: number; readonly runs: number }
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string };

interface ReplyKinds {
  readonly open: 'opened';
  readonly answer: 'answered';
  readonly state: 'state';
  readonly idle: 'idle';
  readonly tokenize: 'tokenized';
  readonly roof: 'roof';
}

/** The answer to a kind of request, where it does not fail. */
export type ReplyTo<Kind extends BenchRequest['kind']> = Extract<BenchReply, { kind: ReplyKinds[Kind] }>;
