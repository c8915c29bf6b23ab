import type { MetricSpec, OutputType, SampleList } from '../domain/task.js';
import { isNumeric, toNumber } from '../python/value.js';
import { FunctionRef } from './function-ref.js';
import { usesMutualInformation } from './build-requests.js';
import { nameOfMetric, type TaskConfig } from './task-config.js';
import type { TaskDefinition } from './task-definition.js';

/** lm-eval's metrics by name: direction, and the aggregation where the task names none. */
export const KNOWN_METRICS: Readonly<
  Record<string, { readonly higherIsBetter: boolean; readonly aggregation: string }>
> = {
  acc: { higherIsBetter: true, aggregation: 'mean' },
  acc_norm: { higherIsBetter: true, aggregation: 'mean' },
  acc_bytes: { higherIsBetter: true, aggregation: 'mean' },
  acc_mutual_info: { higherIsBetter: true, aggregation: 'mean' },
  exact_match: { higherIsBetter: true, aggregation: 'mean' },
  perplexity: { higherIsBetter: false, aggregation: 'perplexity' },
  word_perplexity: { higherIsBetter: false, aggregation: 'weighted_perplexity' },
  byte_perplexity: { higherIsBetter: false, aggregation: 'weighted_perplexity' },
  bits_per_byte: { higherIsBetter: false, aggregation: 'bits_per_byte' },
  brier_score: { higherIsBetter: false, aggregation: 'brier_score' },
  f1: { higherIsBetter: true, aggregation: 'f1' },
  mcc: { higherIsBetter: true, aggregation: 'matthews_corrcoef' },
  bleu: { higherIsBetter: true, aggregation: 'bleu' },
  chrf: { higherIsBetter: true, aggregation: 'chrf' },
  'chrf++': { higherIsBetter: true, aggregation: 'chrf++' },
  ter: { higherIsBetter: false, aggregation: 'ter' },
};

const DEFAULT_METRICS: Readonly<Record<OutputType, readonly string[]>> = {
  loglikelihood: ['perplexity', 'acc'],
  loglikelihood_rolling: ['word_perplexity', 'byte_perplexity', 'bits_per_byte'],
  multiple_choice: ['acc', 'acc_norm'],
  generate_until: ['exact_match'],
};

/** Metrics of ours, made from the same answers, that change smoothly where a task's own jump. */
export const CONTINUOUS_METRICS: Readonly<
  Record<OutputType, readonly { readonly name: string; readonly higherIsBetter: boolean }[]>
> = {
  multiple_choice: [
    { name: 'logprob_per_byte', higherIsBetter: true },
    { name: 'choice_probability', higherIsBetter: true },
    { name: 'brier', higherIsBetter: false },
  ],
  loglikelihood: [{ name: 'logprob_per_byte', higherIsBetter: true }],
  loglikelihood_rolling: [{ name: 'logprob_per_byte', higherIsBetter: true }],
  generate_until: [
    { name: 'token_accuracy', higherIsBetter: true },
    { name: 'edit_similarity', higherIsBetter: true },
  ],
};

/** The metrics that a task asks for, by lm-eval's names. */
export function metricNames(config: TaskConfig): readonly string[] {
  if (config.metricList === null) return DEFAULT_METRICS[config.outputType];
  return config.metricList.map(({ metric }) => nameOfMetric(metric));
}

/** True for a metric of ours that the task does not ask for itself. */
export function isExtraMetric(metric: string, config: TaskConfig): boolean {
  const isOurs = CONTINUOUS_METRICS[config.outputType].some(({ name }) => name === metric);
  return isOurs && !metricNames(config).includes(metric);
}

/** The names of the task's filter pipelines; `none` where it has none of its own. */
export function filterNames(config: TaskConfig): readonly string[] {
  return config.filterList?.map(({ name }) => name) ?? ['none'];
}

/** A metric's key in summaries: its name, with the filter where that is not `none`. */
export function metricKey(metric: string, filter: string): string {
  return filter === 'none' ? metric : `${metric},${filter}`;
}

/** Every metric of a task with its direction: those of the task file, then ours. */
export function metricSpecs(config: TaskConfig): MetricSpec[] {
  const given = new Map(config.metricList?.map((entry) => [nameOfMetric(entry.metric), entry]));
  const own = metricNames(config).map((name) => ({
    name,
    higherIsBetter: given.get(name)?.higherIsBetter ?? KNOWN_METRICS[name]?.higherIsBetter ?? true,
  }));
  const extra = CONTINUOUS_METRICS[config.outputType].filter(({ name }) => isExtraMetric(name, config));
  return filterNames(config).flatMap((filter) =>
    [...own, ...extra].map(({ name, higherIsBetter }) => ({
      name: metricKey(name, filter),
      higherIsBetter,
      chance: chanceOf(name, config, constantChoices(config)),
    })),
  );
}

function constantChoices(config: TaskConfig): number | null {
  const source = config.docToChoice;
  if (typeof source !== 'object' || source === null || source instanceof FunctionRef) return null;
  return Array.isArray(source) ? source.length : Object.keys(source).length;
}

const AT_CHANCE_ONE_IN_N = ['acc', 'acc_norm', 'acc_bytes', 'acc_mutual_info', 'choice_probability'];

// `metadata.chance` is a number for the task's metrics, or a number for each metric.
function chanceOf(metric: string, config: TaskConfig, nChoices: number | null): number | null {
  const given = config.metadata['chance'];
  if (isNumeric(given) && KNOWN_METRICS[metric] !== undefined) return toNumber(given);
  if (typeof given === 'object' && given !== null && metric in given) {
    return toNumber((given as Readonly<Record<string, unknown>>)[metric]);
  }
  if (config.outputType !== 'multiple_choice' || nChoices === null || nChoices === 0) return null;
  return AT_CHANCE_ONE_IN_N.includes(metric) ? 1 / nChoices : null;
}

/** The task with the chance values that its documents tell: 1/n where every document has n choices. */
export function withChance(task: TaskDefinition, samples: SampleList): TaskDefinition {
  if (task.outputType !== 'multiple_choice') return task;
  const counts = new Set<number>();
  for (const { requests } of samples) counts.add(requests.length);
  const [count] = counts;
  if (counts.size !== 1 || count === undefined) return task;
  const nChoices = usesMutualInformation(task.config) ? count / 2 : count;
  const metrics = task.metrics.map((spec) => ({
    ...spec,
    chance: spec.chance ?? chanceOf(spec.name.replace(/,.*$/, ''), task.config, nChoices),
  }));
  return { ...task, metrics };
}
