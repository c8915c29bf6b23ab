import type { MetricValue, SampleScore } from '../domain/metric.js';
import type { Response } from '../domain/request.js';
import type { Workload } from '../domain/task.js';
import type { PyDict } from '../python/value.js';
import { clusterField, clusterOf } from '../task/cluster-field.js';
import { FunctionRef } from '../task/function-ref.js';
import { findHook } from '../task/hooks/find-hook.js';
import { KNOWN_METRICS, metricKey, metricNames } from '../task/metric-specs.js';
import type { TaskDefinition } from '../task/task-definition.js';
import { AGGREGATIONS, brierOf, type Aggregation } from './aggregate.js';
import { clusteredError } from './clustered-error.js';
import type { RawScore } from './raw-score.js';
import { scoreDocs, type DocScore } from './score-docs.js';
import { DEFAULT_BOOTSTRAP_ITERATIONS, hasLmEvalStderr, uncertaintyOf } from './standard-error.js';

/** The scores of a workload. Metric keys are `acc`, or `exact_match,strict` where a filter other than `none` made them. */
export interface WorkloadScore {
  readonly samples: SampleScore[];
  readonly metrics: Record<string, MetricValue>;
  /** What result files in lm-eval's formats are written from. */
  readonly details: ScoreDetails;
}

/** Scores of every document by filter, and every metric with its parts. */
export interface ScoreDetails {
  readonly docs: readonly DocScore[];
  readonly aggregated: readonly AggregatedMetric[];
}

export interface ScoreOptions {
  /**
   * Replicates of lm-eval's bootstrap for metrics that are not means; lm-eval's default is 100,000. With 0 lm-eval
   * gives no standard errors at all; ours stay.
   */
  readonly bootstrapIterations?: number;
}

/**
 * Scores the answers to a workload, `responses[i]` being those of sample i in the order of its requests.
 * Pure: the same answers give the same numbers. Values and standard errors are lm-eval's; intervals are Wilson's for
 * 0/1 metrics, normal for other means, and bootstrap percentiles for the rest.
 */
export function scoreWorkload(
  workload: Workload<TaskDefinition>,
  responses: readonly (readonly Response[])[],
  options: ScoreOptions = {},
): WorkloadScore {
  const docs = scoreDocs(workload, responses);
  const aggregated = aggregateDocs(workload, docs, options);
  return {
    samples: sampleScores(workload, docs),
    metrics: Object.fromEntries(aggregated.map(({ key, value }) => [key, value])),
    details: { docs, aggregated },
  };
}

/** One metric over all documents, with what lm-eval would print beside it. */
export interface AggregatedMetric {
  readonly key: string;
  readonly metric: string;
  readonly filter: string;
  readonly value: MetricValue;
  /** False where lm-eval says "N/A" for the standard error, or does not have the metric at all. */
  readonly isLmEvalStderr: boolean;
}

/** Aggregates document scores, metric by metric. */
function aggregateDocs(
  workload: Workload<TaskDefinition>,
  docs: readonly DocScore[],
  options: ScoreOptions,
): AggregatedMetric[] {
  const { task } = workload;
  const columns = new Map<string, { metric: string; filter: string; items: RawScore[]; docIds: number[] }>();
  for (const { docId, filter, scores } of docs) {
    for (const [metric, score] of Object.entries(scores)) {
      const key = metricKey(metric, filter);
      const column = columns.get(key) ?? { metric, filter, items: [], docIds: [] };
      column.items.push(score);
      column.docIds.push(docId);
      columns.set(key, column);
    }
  }
  const clusters = clustersOf(workload);
  const iterations = options.bootstrapIterations ?? DEFAULT_BOOTSTRAP_ITERATIONS;
  return [...columns].map(([key, { metric, filter, items, docIds }]) => {
    const { name, aggregation } = aggregationOf(task, metric);
    const value = aggregation(items);
    const { stderr, ci95, isLmEval } = uncertaintyOf(items, { metric, name, aggregation, iterations, value });
    const clustered =
      clusters === null
        ? null
        : clusteredError(items, {
            clusters: docIds.map((docId) => clusters.get(docId) ?? ''),
            isMean: name === 'mean',
            aggregation,
            value,
          });
    const figures = { value, stderr, ci95, ...(clustered === null ? {} : { clustered }) };
    return { key, metric, filter, value: figures, isLmEvalStderr: isLmEval };
  });
}

function clustersOf({ task, samples }: Workload<TaskDefinition>): ReadonlyMap<number, string> | null {
  const field = clusterField(task.config);
  if (field === null) return null;
  return new Map(samples.map(({ docId, doc }) => [docId, clusterOf(doc as PyDict, field, task.name)]));
}

/** The same from metrics that were aggregated before, as a journal keeps them. */
export function aggregatedAgain(
  task: TaskDefinition,
  metrics: Readonly<Record<string, MetricValue>>,
): AggregatedMetric[] {
  return Object.entries(metrics).map(([key, value]) => {
    const [metric = key, ...filter] = key.split(',');
    const { name } = aggregationOf(task, metric);
    return { key, metric, filter: filter.join(',') || 'none', value, isLmEvalStderr: hasLmEvalStderr(name) };
  });
}

function aggregationOf(
  task: TaskDefinition,
  metric: string,
): { name: string | null; aggregation: Aggregation } {
  const given = task.config.metricList?.find((entry) => nameOf(entry.metric) === metric)?.aggregation ?? null;
  if (given instanceof FunctionRef) {
    return { name: null, aggregation: findHook('aggregation', given, task.name) };
  }
  // What the task does not ask for, a function may give: lm-eval takes the mean of it.
  const isAsked = metricNames(task.config).includes(metric);
  const name = given ?? (isAsked ? KNOWN_METRICS[metric]?.aggregation : undefined) ?? 'mean';
  const aggregation = AGGREGATIONS[name] ?? AGGREGATIONS['mean'];
  return { name, aggregation: aggregation ?? (() => Number.NaN) };
}

function nameOf(metric: string | FunctionRef): string {
  return metric instanceof FunctionRef ? metric.name : metric;
}

function sampleScores(workload: Workload<TaskDefinition>, docs: readonly DocScore[]): SampleScore[] {
  const byDoc = new Map<number, Record<string, number>>();
  for (const { docId, filter, scores } of docs) {
    const row = byDoc.get(docId) ?? {};
    for (const [metric, score] of Object.entries(scores)) {
      const number = sampleNumber(metric, score);
      if (number !== null) row[metricKey(metric, filter)] = number;
    }
    byDoc.set(docId, row);
  }
  return workload.samples.map(({ docId }) => ({ docId, scores: byDoc.get(docId) ?? {} }));
}

// One document's own number, where a metric over texts or classes has one.
function sampleNumber(metric: string, score: RawScore): number | null {
  if (typeof score === 'number') return score;
  if (score.kind === 'weighted') {
    const mean = score.loglikelihood / score.weight;
    return metric === 'bits_per_byte' ? -mean / Math.log(2) : Math.exp(-mean);
  }
  if (score.kind === 'distribution') return brierOf(score);
  return score.kind === 'classes' ? Number(score.gold === score.predicted) : null;
}
