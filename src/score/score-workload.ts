import type { MetricValue, ScoreColumns } from '../domain/metric.js';
import type { Response } from '../domain/request.js';
import type { Sample, Workload } from '../domain/task.js';
import type { PyDict } from '../python/value.js';
import { NumberList } from '../stats/number-list.js';
import { clusterField, clusterOf } from '../task/cluster-field.js';
import { FunctionRef } from '../task/function-ref.js';
import { findHook } from '../task/hooks/find-hook.js';
import { KNOWN_METRICS, metricKey, metricNames } from '../task/metric-specs.js';
import { nameOfMetric, type FilterConfig } from '../task/task-config.js';
import type { TaskDefinition } from '../task/task-definition.js';
import { AGGREGATIONS, brierOf, type Aggregation } from './aggregate.js';
import { clusteredError } from './clustered-error.js';
import { MetricColumn } from './metric-column.js';
import type { RawScore } from './raw-score.js';
import { DocScorer, filtersOf, withAnswers } from './score-docs.js';
import type { RawItems } from './raw-column.js';
import {
  DEFAULT_BOOTSTRAP_ITERATIONS,
  hasLmEvalStderr,
  uncertaintyOf,
  type Aggregated,
  type Uncertainty,
} from './standard-error.js';

/** The scores of a workload. Metric keys are `acc`, or `exact_match,strict` where a filter other than `none` made them. */
export interface WorkloadScore {
  readonly scores: ScoreColumns;
  readonly metrics: Record<string, MetricValue>;
  /** Every metric with its parts: what result files in lm-eval's formats are written from. */
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
 * Scores the answers to a workload, the i-th being those of sample i in the order of its requests.
 * Pure: the same answers give the same numbers. Values and standard errors are lm-eval's; intervals are Wilson's for
 * 0/1 metrics, normal for other means, and bootstrap percentiles for the rest.
 */
export function scoreWorkload(
  workload: Workload<TaskDefinition>,
  responses: Iterable<readonly Response[]>,
  options: ScoreOptions = {},
): WorkloadScore {
  const scorer = new WorkloadScorer(workload, options);
  for (const [sample, answers] of withAnswers(workload.samples, responses)) scorer.add(sample, answers);
  return scorer.finish();
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

/** Scores a workload sample by sample, in order; only numbers are kept of the answers. */
export class WorkloadScorer {
  readonly #task: TaskDefinition;
  readonly #docs: DocScorer;
  readonly #iterations: number;
  readonly #cluster: string | null;
  /** Columns by filter and metric, in the order in which they came. */
  readonly #columns: readonly {
    readonly filter: FilterConfig;
    readonly columns: Map<string, MetricColumn>;
  }[];
  readonly #docIds = new NumberList();
  /** All columns in the order in which samples brought them. */
  readonly #inOrder: MetricColumn[] = [];

  constructor(workload: Workload<TaskDefinition>, options: ScoreOptions = {}) {
    this.#task = workload.task;
    this.#docs = new DocScorer(workload);
    this.#iterations = options.bootstrapIterations ?? DEFAULT_BOOTSTRAP_ITERATIONS;
    this.#cluster = clusterField(workload.task.config);
    this.#columns = filtersOf(workload.task).map((filter) => ({
      filter,
      columns: new Map<string, MetricColumn>(),
    }));
  }

  /** Takes the next sample in. Throws SweepError where the task does not fit its documents, TrialError where answers are missing. */
  add(sample: Sample, responses: readonly Response[]): void {
    const position = this.#docIds.length;
    this.#docIds.push(sample.docId);
    const cluster =
      this.#cluster === null ? null : clusterOf(sample.doc as PyDict, this.#cluster, this.#task.name);
    for (const { filter, columns } of this.#columns) {
      const { scores } = this.#docs.score(sample, responses, filter);
      for (const [metric, score] of Object.entries(scores)) {
        const column = columns.get(metric) ?? this.#newColumn(columns, metric, filter.name);
        column.push(position, score, cluster);
      }
    }
  }

  /** The scores of all samples that came. */
  finish(): WorkloadScore {
    return this.#scored(
      this.#aggregates().map(({ column, given }) =>
        this.#metric(column, { ...given, ...uncertaintyOf(column.items, given) }),
      ),
    );
  }

  /** The same, where `find` finds uncertainties beside other work. */
  async finishBeside(
    find: (items: RawItems, given: Aggregated) => Promise<Uncertainty>,
  ): Promise<WorkloadScore> {
    const aggregated = this.#aggregates().map(async ({ column, given }) =>
      this.#metric(column, { ...given, ...(await find(column.items, given)) }),
    );
    return this.#scored(await Promise.all(aggregated));
  }

  #aggregates(): { readonly column: MetricColumn; readonly given: Aggregated }[] {
    const columns = this.#columns.flatMap((one) => [...one.columns.values()]);
    return columns.map((column) => {
      const { metric, items } = column;
      const { name, aggregation } = aggregationOf(this.#task, metric);
      const value = aggregation(items);
      return { column, given: { metric, name, aggregation, iterations: this.#iterations, value } };
    });
  }

  #scored(aggregated: readonly AggregatedMetric[]): WorkloadScore {
    const metrics = Object.fromEntries(aggregated.map(({ key, value }) => [key, value]));
    return { scores: this.#scores(), metrics, aggregated };
  }

  #newColumn(columns: Map<string, MetricColumn>, metric: string, filter: string): MetricColumn {
    const column = new MetricColumn({ key: metricKey(metric, filter), metric, filter });
    columns.set(metric, column);
    this.#inOrder.push(column);
    return column;
  }

  #scores(): ScoreColumns {
    const docIds = this.#docIds.toArray();
    const found = this.#inOrder.flatMap((column) => {
      const numbers = column.numbers(docIds.length, sampleNumber);
      return numbers === null ? [] : [{ name: column.key, numbers }];
    });
    return {
      names: found.map(({ name }) => name),
      docIds,
      columns: found.map(({ numbers }) => numbers),
    };
  }

  #metric(
    { key, filter, items, clusters }: MetricColumn,
    { metric, name, aggregation, value, stderr, ci95, isLmEval }: Aggregated & Uncertainty,
  ): AggregatedMetric {
    const isMean = name === 'mean';
    const clustered =
      this.#cluster === null ? null : clusteredError(items, { clusters, isMean, aggregation, value });
    const figures = { value, stderr, ci95, ...(clustered === null ? {} : { clustered }) };
    return { key, metric, filter, value: figures, isLmEvalStderr: isLmEval };
  }
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
  const given =
    task.config.metricList?.find((entry) => nameOfMetric(entry.metric) === metric)?.aggregation ?? null;
  if (given instanceof FunctionRef) {
    const hook = findHook('aggregation', given, task.name);
    return { name: null, aggregation: (items) => hook(Array.from(items)) };
  }
  // What the task does not ask for, a function may give: lm-eval takes the mean of it.
  const isAsked = metricNames(task.config).includes(metric);
  const name = given ?? (isAsked ? KNOWN_METRICS[metric]?.aggregation : undefined) ?? 'mean';
  const aggregation = AGGREGATIONS[name] ?? AGGREGATIONS['mean'];
  return { name, aggregation: aggregation ?? (() => Number.NaN) };
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
