/** A metric over the samples of one trial. */
export interface MetricValue {
  readonly value: number;
  /** Standard error, null where no formula or resampling gives one. */
  readonly stderr: number | null;
  /** 95% interval [lower, upper], null where there is none. */
  readonly ci95: readonly [number, number] | null;
  /** The same for documents in clusters; only where the task names a cluster. */
  readonly clustered?: ClusteredError;
}

/** Error of a metric whose documents come in clusters and are independent between them only. */
export interface ClusteredError {
  readonly stderr: number;
  readonly ci95: readonly [number, number];
  readonly nClusters: number;
}

/** One metric of all samples of a trial, packed: `values[i]` is that of sample `docIds[i]`, NaN where it has none. */
export interface ScoreColumn {
  readonly docIds: Float64Array;
  readonly values: Float64Array;
}

/** All scores of a trial, packed: `columns[j][i]` is metric `names[j]` of sample `docIds[i]`, NaN where it has none. */
export interface ScoreColumns {
  readonly names: readonly string[];
  readonly docIds: Float64Array;
  readonly columns: readonly Float64Array[];
}
