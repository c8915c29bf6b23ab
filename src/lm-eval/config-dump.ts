import { isDict, pyDict, type PyDict, type PyValue } from '../python/value.js';
import { FunctionRef } from '../task/function-ref.js';
import { generationKwargs } from '../task/generation.js';
import type { TaskDefinition } from '../task/task-definition.js';

/** Fields of a task file as it stands that lm-eval's dump repeats, in the dump's order. */
const AS_WRITTEN = [
  'task',
  'task_alias',
  'custom_dataset',
  'dataset_path',
  'dataset_name',
  'dataset_kwargs',
  'training_split',
  'validation_split',
  'test_split',
  'fewshot_split',
  'process_docs',
  'doc_to_text',
  'doc_to_target',
] as const;

/**
 * A task's configuration as lm-eval writes it into result files: every field with its default, none that is null.
 * Functions stand by their name, not by their source.
 */
export function configDump({ config, fields, source }: TaskDefinition, shots: number): PyDict {
  const { fewshot } = config;
  const written = (name: string): PyValue => printable(fields[name] ?? null);
  // A null that the file says stands for no default.
  const orNull = (name: string, value: PyValue): PyValue =>
    fields[name] === null || fields[name] === false ? fields[name] : value;
  const own = isDict(fields['fewshot_config']) ? fields['fewshot_config'] : {};
  const shown = (name: string, value: unknown): PyValue => (own[name] === null ? null : printable(value));
  return withoutNull({
    ...Object.fromEntries(AS_WRITTEN.map((name) => [name, written(name)])),
    dataset_kwargs: withoutTrust(written('dataset_kwargs')),
    unsafe_code: false,
    doc_to_choice: written('doc_to_choice'),
    process_results: written('process_results'),
    description: orNull('description', config.description),
    target_delimiter: orNull('target_delimiter', config.targetDelimiter),
    fewshot_delimiter: orNull('fewshot_delimiter', config.fewshotDelimiter),
    fewshot_config: {
      sampler: fewshot.sampler,
      split: fewshot.split,
      process_docs: printable(fewshot.processDocs),
      fewshot_indices: null,
      samples: printable(fewshot.samples),
      doc_to_text: shown('doc_to_text', fewshot.docToText),
      doc_to_choice: printable(fewshot.docToChoice),
      doc_to_target: shown('doc_to_target', fewshot.docToTarget),
      gen_prefix: fewshot.genPrefix,
      fewshot_delimiter: orNull('fewshot_delimiter', fewshot.fewshotDelimiter),
      target_delimiter: orNull('target_delimiter', fewshot.targetDelimiter),
    },
    num_fewshot: shots,
    metric_list: written('metric_list'),
    output_type: config.outputType,
    generation_kwargs:
      config.outputType === 'generate_until' || config.generationKwargs !== null
        ? generationKwargs(config)
        : null,
    repeats: config.repeats,
    filter_list: written('filter_list'),
    should_decontaminate: fields['should_decontaminate'] === true,
    doc_to_decontamination_query: written('doc_to_decontamination_query'),
    gen_prefix: config.genPrefix,
    metadata: { ...config.metadata, config_source: source },
  });
}

// lm-eval takes this away before it loads the data.
function withoutTrust(written: PyValue): PyValue {
  if (!isDict(written)) return written;
  return pyDict(Object.entries(written).filter(([name]) => name !== 'trust_remote_code'));
}

function withoutNull(fields: PyDict): PyDict {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function printable(value: unknown): PyValue {
  if (value instanceof FunctionRef) return `!function ${value.text}`;
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value as PyValue;
  return pyDict(Object.entries(value).map(([key, item]) => [key, printable(item)] as const));
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
