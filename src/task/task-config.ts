import type { OutputType } from '../domain/task.js';
import { isDict, isList, type PyDict, type PyValue } from '../python/value.js';
import { FieldReader, type FieldSource } from './field-reader.js';
import { FunctionRef } from './function-ref.js';
import { FEWSHOT_FIELDS, REFUSED_FIELDS, TASK_FIELDS } from './task-fields.js';

/** One entry of `metric_list`. */
export interface MetricConfig {
  readonly metric: string | FunctionRef;
  readonly aggregation: string | FunctionRef | null;
  /** Undefined where nothing is said; null is lm-eval's "neither". */
  readonly higherIsBetter: boolean | null | undefined;
  /** `hf_evaluate: true`: lm-eval takes the metric of that name from the evaluate library. */
  readonly isRemote: boolean;
  /** Options of the metric itself, such as exact_match's `ignore_case`. */
  readonly options: PyDict;
}

/** One pipeline of `filter_list`. */
export interface FilterConfig {
  readonly name: string;
  readonly steps: readonly {
    readonly name: string | FunctionRef;
    readonly options: Readonly<Record<string, unknown>>;
  }[];
}

/** How examples are drawn: lm-eval's two ways, and that of BIG-bench. */
export type Sampler = 'default' | 'first_n' | 'bigbench';

/** Where few-shot examples come from and how they are rendered. */
export interface FewshotConfig {
  readonly sampler: Sampler;
  readonly split: string | null;
  readonly samples: readonly PyDict[] | FunctionRef | null;
  readonly processDocs: FunctionRef | null;
  readonly docToText: FieldSource;
  readonly docToTarget: FieldSource;
  readonly docToChoice: FieldSource;
  readonly genPrefix: string | null;
  readonly fewshotDelimiter: string;
  readonly targetDelimiter: string;
}

/** lm-eval's TaskConfig, checked, with its defaults. */
export interface TaskConfig {
  readonly task: string;
  readonly taskAlias: string | null;
  readonly tags: readonly string[];
  readonly customDataset: FunctionRef | null;
  readonly datasetPath: string | null;
  readonly datasetName: string | null;
  readonly datasetKwargs: PyDict;
  readonly trainingSplit: string | null;
  readonly validationSplit: string | null;
  readonly testSplit: string | null;
  readonly processDocs: FunctionRef | null;
  readonly docToText: FieldSource;
  readonly docToTarget: FieldSource;
  readonly docToChoice: FieldSource;
  readonly processResults: FunctionRef | null;
  readonly description: string;
  readonly targetDelimiter: string;
  readonly fewshotDelimiter: string;
  readonly fewshot: FewshotConfig;
  readonly numFewshot: number | null;
  readonly metricList: readonly MetricConfig[] | null;
  readonly outputType: OutputType;
  readonly generationKwargs: PyDict | null;
  readonly repeats: number;
  readonly filterList: readonly FilterConfig[] | null;
  readonly genPrefix: string | null;
  readonly metadata: PyDict;
}

const OUTPUT_TYPES: readonly OutputType[] = [
  'loglikelihood',
  'loglikelihood_rolling',
  'generate_until',
  'multiple_choice',
];

/** Checks the fields of a task file and fills in lm-eval's defaults. All faults of the file are named at once. */
export function resolveTaskConfig(fields: Readonly<Record<string, unknown>>, file: string): TaskConfig {
  const reader = new FieldReader(fields, file, '');
  reader.checkNames(TASK_FIELDS, REFUSED_FIELDS);
  const outputType = reader.text('output_type') ?? 'generate_until';
  if (!OUTPUT_TYPES.includes(outputType as OutputType)) {
    reader.fault(
      `expected \`output_type\` to be one of ${OUTPUT_TYPES.join(', ')}, got ${JSON.stringify(outputType)}`,
    );
  }
  if (fields['unsafe_code'] === true)
    reader.fault('`unsafe_code: true`: running code that a model wrote is not supported');
  const config: TaskConfig = {
    task: reader.text('task') ?? '',
    taskAlias: reader.text('task_alias'),
    tags: reader.texts('tag'),
    customDataset: reader.hook('custom_dataset'),
    datasetPath: reader.text('dataset_path'),
    datasetName: reader.text('dataset_name'),
    datasetKwargs: reader.dict('dataset_kwargs') ?? {},
    trainingSplit: reader.text('training_split'),
    validationSplit: reader.text('validation_split'),
    testSplit: reader.text('test_split'),
    processDocs: reader.hook('process_docs'),
    docToText: reader.source('doc_to_text'),
    docToTarget: reader.source('doc_to_target'),
    docToChoice: reader.source('doc_to_choice'),
    processResults: reader.hook('process_results'),
    description: reader.text('description') ?? '',
    targetDelimiter: reader.text('target_delimiter') ?? ' ',
    fewshotDelimiter: reader.text('fewshot_delimiter') ?? '\n\n',
    fewshot: resolveFewshot(reader),
    numFewshot: reader.count('num_fewshot'),
    metricList: resolveMetricList(reader),
    outputType: outputType as OutputType,
    generationKwargs: reader.dict('generation_kwargs'),
    repeats: reader.count('repeats') ?? 1,
    filterList: resolveFilterList(reader),
    genPrefix: reader.text('gen_prefix'),
    metadata: metadataOf(reader),
  };
  if (config.task === '') reader.fault('expected a `task` name');
  reader.finish();
  return config;
}

// What is no dict stands under a name of lm-eval's.
function metadataOf(reader: FieldReader): PyDict {
  const value = reader.raw('metadata');
  return isDict(value) ? value : value === null ? {} : { _metadata: value as PyValue };
}

function resolveFewshot(parent: FieldReader): FewshotConfig {
  const given = parent.raw('fewshot_config');
  if (given !== null && !isDict(given)) parent.fault('expected `fewshot_config` to be fields');
  const own = isDict(given) ? (given as Record<string, unknown>) : {};
  const reader = parent.inside(own, 'fewshot_config.');
  reader.checkNames(FEWSHOT_FIELDS, {});
  const sampler = reader.text('sampler') ?? 'default';
  if (!isSampler(sampler)) {
    reader.fault(
      `expected \`fewshot_config.sampler\` to be "default" or "first_n", got ${JSON.stringify(sampler)}`,
    );
  }
  const pick = <T>(name: string, read: (reader: FieldReader, name: string) => T): T =>
    Object.hasOwn(own, name) ? read(reader, name) : read(parent, name);
  return {
    sampler: isSampler(sampler) ? sampler : 'default',
    split: Object.hasOwn(own, 'split') ? reader.text('split') : parent.text('fewshot_split'),
    samples: readSamples(reader),
    processDocs: pick('process_docs', (from, name) => from.hook(name)),
    docToText: pick('doc_to_text', (from, name) => from.source(name)) ?? parent.source('doc_to_text'),
    docToTarget: pick('doc_to_target', (from, name) => from.source(name)) ?? parent.source('doc_to_target'),
    docToChoice: pick('doc_to_choice', (from, name) => from.source(name)),
    genPrefix: pick('gen_prefix', (from, name) => from.text(name)),
    fewshotDelimiter: pick('fewshot_delimiter', (from, name) => from.text(name)) ?? '\n\n',
    targetDelimiter: pick('target_delimiter', (from, name) => from.text(name)) ?? ' ',
  };
}

function isSampler(name: string): name is Sampler {
  return name === 'default' || name === 'first_n' || name === 'bigbench';
}

function readSamples(reader: FieldReader): readonly PyDict[] | FunctionRef | null {
  const value = reader.raw('samples');
  if (value === null || value instanceof FunctionRef) return value;
  if (isList(value) && value.every(isDict)) return value;
  reader.fault('expected `fewshot_config.samples` to be a list of documents');
  return null;
}

function resolveMetricList(reader: FieldReader): readonly MetricConfig[] | null {
  const list = reader.list('metric_list');
  if (list === null) return null;
  const entries = list.map((entry, index) => {
    const { metric, aggregation, higher_is_better: higher, hf_evaluate: remote, ...options } = entry;
    if (typeof metric !== 'string' && !(metric instanceof FunctionRef)) {
      reader.fault(`expected \`metric_list[${index}]\` to name a \`metric\``);
    }
    return {
      metric: metric instanceof FunctionRef ? metric : String(metric),
      aggregation: typeof aggregation === 'string' || aggregation instanceof FunctionRef ? aggregation : null,
      higherIsBetter: higher === undefined ? undefined : typeof higher === 'boolean' ? higher : null,
      isRemote: remote === true,
      options: options as PyDict,
    };
  });
  // Of equal names the last counts, at the place of the first.
  return [...new Map(entries.map((entry) => [nameOfMetric(entry.metric), entry])).values()];
}

/** The name of a metric, a hook's too. */
export function nameOfMetric(metric: string | FunctionRef): string {
  return metric instanceof FunctionRef ? metric.name : metric;
}

function resolveFilterList(reader: FieldReader): readonly FilterConfig[] | null {
  const list = reader.list('filter_list');
  if (list === null) return null;
  return list.map((entry, index) => {
    const steps = entry['filter'];
    if (typeof entry['name'] !== 'string' || !isList(steps)) {
      reader.fault(`expected \`filter_list[${index}]\` to have a \`name\` and a list \`filter\``);
    }
    return {
      name: String(entry['name']),
      steps: (isList(steps) ? steps : []).map((step) => {
        const { function: name, ...options } = (isDict(step) ? step : {}) as Record<string, unknown>;
        if (typeof name !== 'string' && !(name instanceof FunctionRef))
          reader.fault(`expected every step of \`filter_list[${index}]\` to name its \`function\``);
        return { name: name instanceof FunctionRef ? name : String(name), options };
      }),
    };
  });
}
