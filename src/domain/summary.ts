import type { MetricValue } from './metric.js';
import type { Precision } from './model.js';

/** What a completed trial cost. Rates are per worker: n over the sum of batch times, load and warm-up excluded. */
export interface TrialCost {
  readonly throughput: {
    readonly requestsPerSecond: number;
    readonly promptTokensPerSecond: number;
    readonly generatedTokensPerSecond: number | null;
  };
  /** Of one batch, in milliseconds; null where there are too few batches for the percentile. */
  readonly latencyMs: { readonly p50: number | null; readonly p90: number | null };
  readonly memory: {
    readonly peakRssBytes: number | null;
    /** Highest proportional set size of the engine process so far. */
    readonly peakPssBytes: number | null;
    readonly gpuBytes: number | null;
  };
  /** Of the device, shared among the trials at work; null where it is not counted, or below a second. */
  readonly energyJ: number | null;
  /** The same less what the idle device would have used; null also where its idle power was never measured. */
  readonly energyAboveIdleJ: number | null;
  readonly gpu: { readonly utilization: number | null; readonly watts: number | null } | null;
  /** Where the time of batches went, in ms over all workers; the tokenizer's lies partly beside it. */
  readonly timeMs: { readonly runtime: number; readonly host: number; readonly tokenizer: number } | null;
  /** Share of prompt tokens that came from a shared prefix and were not fed again, 0 to 1. */
  readonly prefixReuse: number | null;
  /** Useful operations, and bytes that had to be read, over the roof measured on this machine for one worker; null where none was. */
  readonly mfu: number | null;
  readonly mbu: number | null;
  readonly loadMs: number;
  readonly batches: { readonly count: number; readonly minRows: number; readonly maxRows: number };
  /** Share of computed prefill tokens that were padding, 0 to 1. */
  readonly paddingWaste: number;
  readonly workers: number;
  readonly threads: number;
}

interface TrialIdentity {
  readonly key: string;
  readonly family: string;
  readonly model: string;
  readonly nParams: number;
  readonly nParamsNonEmbedding: number;
  readonly trainingTokens: number | null;
  /** Absent in runs of families that do not vary their data. */
  readonly distinctExamples?: number | null;
  readonly seed: number | null;
  readonly task: string;
  readonly shots: number;
  readonly precision: Precision;
  readonly device: string;
}

/** One trial in `summary.json`; a failure has the success's identity and a reason. */
export type TrialSummary =
  | (TrialIdentity &
      TrialCost & {
        readonly state: 'completed';
        /** Samples scored. */
        readonly n: number;
        readonly metrics: Readonly<Record<string, MetricValue>>;
        readonly notes: readonly string[];
      })
  | (TrialIdentity & {
      readonly state: 'failed' | 'skipped';
      readonly code: string;
      readonly reason: string;
    });

export type CompletedTrial = Extract<TrialSummary, { state: 'completed' }>;
