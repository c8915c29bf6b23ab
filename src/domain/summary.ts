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
  readonly memory: { readonly peakRssBytes: number | null };
  readonly energyJ: number | null;
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
