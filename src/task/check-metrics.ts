import type { OutputType } from '../domain/task.js';
import { SweepError } from '../errors.js';
import { compilePythonRegex } from '../python/regex.js';
import { filterFaults } from './filters/check-filters.js';
import { FunctionRef } from './function-ref.js';
import { KNOWN_METRICS } from './metric-specs.js';
import { didYouMean } from './near-name.js';
import type { MetricConfig, TaskConfig } from './task-config.js';

/** The aggregations that a task file may name. */
export const KNOWN_AGGREGATIONS = [
  'mean',
  'nanmean',
  'median',
  'perplexity',
  'weighted_perplexity',
  'bits_per_byte',
  'f1',
  'matthews_corrcoef',
  'bleu',
  'chrf',
  'chrf++',
  'ter',
  'brier_score',
] as const;

const CHOICE_METRICS = [
  'acc',
  'acc_norm',
  'acc_bytes',
  'acc_mutual_info',
  'exact_match',
  'brier_score',
  'f1',
  'mcc',
];
const METRICS_OF: Readonly<Record<OutputType, readonly string[]>> = {
  loglikelihood: ['acc', 'perplexity'],
  loglikelihood_rolling: ['word_perplexity', 'byte_perplexity', 'bits_per_byte'],
  multiple_choice: CHOICE_METRICS,
  generate_until: ['exact_match', 'bleu', 'chrf', 'chrf++', 'ter'],
};

/** What lm-eval registers and this program does not compute, and why. */
const REFUSED_METRICS: Readonly<Record<string, string>> = {
  bypass: 'it stands for no score (lm-eval prints 999)',
  likelihood: 'lm-eval cannot aggregate it without a function of the task',
  acc_all: 'it needs a process_results function of the task',
};

const EXACT_MATCH_OPTIONS = ['regexes_to_ignore', 'ignore_case', 'ignore_punctuation', 'ignore_numbers'];

/** Checks that every metric, aggregation and filter of a task is one that is computed here. */
export function checkMetrics(config: TaskConfig, file: string): void {
  const faults = [...metricFaults(config), ...filterFaults(config)];
  if (faults.length > 0) throw new SweepError('BAD_TASK', `Task file ${file}: ${faults.join('; ')}.`);
}

function* metricFaults(config: TaskConfig): Generator<string> {
  for (const entry of config.metricList ?? []) {
    const { metric, aggregation } = entry;
    if (aggregation === 'bypass') yield 'the aggregation bypass stands for no score (lm-eval prints 999)';
    else if (
      typeof aggregation === 'string' &&
      !(KNOWN_AGGREGATIONS as readonly string[]).includes(aggregation)
    ) {
      yield `unknown aggregation ${JSON.stringify(aggregation)}${didYouMean(aggregation, KNOWN_AGGREGATIONS)}`;
    }
    if (config.processResults !== null) continue;
    if (metric instanceof FunctionRef) {
      if (config.outputType !== 'generate_until')
        yield `the metric !function ${metric.text} goes with generate_until only, as in lm-eval`;
    } else if (isEvaluateMetric(entry, config)) yield* evaluateFaults(entry);
    else yield* namedMetricFaults(metric, entry, config.outputType);
  }
}

/** True where lm-eval computes the metric with the evaluate library: only for generated answers does that matter. */
export function isEvaluateMetric({ metric, isRemote }: MetricConfig, config: TaskConfig): boolean {
  if (config.outputType !== 'generate_until' || metric === 'exact_match') return false;
  return isRemote || metric === 'accuracy';
}

function* evaluateFaults({ metric, options }: MetricConfig): Generator<string> {
  if (metric === 'accuracy' || (metric === 'f1' && options['average'] === 'micro')) return;
  yield `the metric ${metric instanceof FunctionRef ? metric.text : metric} of the evaluate library (\`hf_evaluate: true\`) is not supported; only exact_match, accuracy and f1 with \`average: micro\` are`;
}

function* namedMetricFaults(
  metric: string,
  { options }: MetricConfig,
  outputType: OutputType,
): Generator<string> {
  const known = Object.keys(KNOWN_METRICS);
  const reason = Object.hasOwn(REFUSED_METRICS, metric) ? REFUSED_METRICS[metric] : undefined;
  if (reason !== undefined) yield `the metric ${metric} is not supported: ${reason}`;
  else if (!known.includes(metric)) {
    yield `unknown metric ${JSON.stringify(metric)}${didYouMean(metric, known)}`;
  } else if (!METRICS_OF[outputType].includes(metric)) {
    yield `the metric ${metric} does not go with output_type ${outputType}, whose metrics are ${METRICS_OF[outputType].join(', ')}`;
  } else if (metric === 'exact_match' && outputType === 'generate_until') yield* exactMatchFaults(options);
}

function* exactMatchFaults(options: MetricConfig['options']): Generator<string> {
  for (const name of Object.keys(options)) {
    if (!EXACT_MATCH_OPTIONS.includes(name))
      yield `unknown option \`${name}\` of exact_match${didYouMean(name, EXACT_MATCH_OPTIONS)}`;
  }
  const ignored = options['regexes_to_ignore'];
  for (const pattern of Array.isArray(ignored) ? ignored : []) yield* regexFaults(String(pattern));
}

function* regexFaults(pattern: string): Generator<string> {
  try {
    compilePythonRegex(pattern);
  } catch (error) {
    yield error instanceof Error ? error.message : String(error);
  }
}
