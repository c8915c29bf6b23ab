import type { OutputType } from '../domain/task.js';
import { SweepError } from '../errors.js';
import { compilePythonRegex } from '../python/regex.js';
import { FunctionRef } from './function-ref.js';
import { KNOWN_METRICS } from './metric-specs.js';
import { didYouMean } from './near-name.js';
import type { TaskConfig } from './task-config.js';

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

/** The filters that a pipeline may name. */
export const KNOWN_FILTERS = [
  'regex',
  'regex_pos',
  'multi_choice_regex',
  'remove_whitespace',
  'take_first',
  'take_first_k',
  'majority_vote',
  'map',
  'lowercase',
  'uppercase',
  'format_span',
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

/** Checks that every metric, aggregation and filter of a task is one that is computed here. */
export function checkMetrics(config: TaskConfig, file: string): void {
  const faults = [...metricFaults(config), ...filterFaults(config)];
  if (faults.length > 0) throw new SweepError('BAD_TASK', `Task file ${file}: ${faults.join('; ')}.`);
}

function* metricFaults(config: TaskConfig): Generator<string> {
  for (const { metric, aggregation } of config.metricList ?? []) {
    if (typeof aggregation === 'string' && !(KNOWN_AGGREGATIONS as readonly string[]).includes(aggregation)) {
      yield `unknown aggregation ${JSON.stringify(aggregation)}${didYouMean(aggregation, KNOWN_AGGREGATIONS)}`;
    }
    if (config.processResults !== null) continue;
    if (metric instanceof FunctionRef) yield `the metric !function ${metric.text} is not known`;
    else yield* namedMetricFaults(metric, config.outputType);
  }
}

function* namedMetricFaults(metric: string, outputType: OutputType): Generator<string> {
  const known = Object.keys(KNOWN_METRICS);
  if (!known.includes(metric)) {
    yield `unknown metric ${JSON.stringify(metric)}${didYouMean(metric, known)}`;
  } else if (!METRICS_OF[outputType].includes(metric)) {
    yield `the metric ${metric} does not go with output_type ${outputType}, whose metrics are ${METRICS_OF[outputType].join(', ')}`;
  }
}

function* filterFaults(config: TaskConfig): Generator<string> {
  for (const { steps } of config.filterList ?? []) {
    for (const { name, options } of steps) {
      if (!(KNOWN_FILTERS as readonly string[]).includes(name))
        yield `unknown filter ${JSON.stringify(name)}${didYouMean(name, KNOWN_FILTERS)}`;
      const pattern = options['regex_pattern'];
      if (typeof pattern === 'string') yield* regexFaults(pattern);
    }
  }
}

function* regexFaults(pattern: string): Generator<string> {
  try {
    compilePythonRegex(pattern);
  } catch (error) {
    yield error instanceof Error ? error.message : String(error);
  }
}
