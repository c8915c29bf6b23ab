/** A metric over the samples of one trial. */
export interface MetricValue {
  readonly value: number;
  /** Standard error, null where no formula or resampling gives one. */
  readonly stderr: number | null;
  /** 95% interval [lower, upper], null where there is none. */
  readonly ci95: readonly [number, number] | null;
}

/** The scores of one sample, one number a metric, before aggregation. */
export interface SampleScore {
  readonly docId: number;
  readonly scores: Readonly<Record<string, number>>;
}
