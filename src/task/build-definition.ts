import { SweepError } from '../errors.js';
import { digestOfFile, digestOfValue } from '../files/digest.js';
import { pyStr } from '../python/repr.js';
import type { DataSource } from './data/data-source.js';
import { findData } from './data/find-data.js';
import { FunctionRef } from './function-ref.js';
import { checkHooks } from './hooks/check-hooks.js';
import { metricSpecs } from './metric-specs.js';
import { checkMetrics } from './check-metrics.js';
import { resolveGeneration } from './generation.js';
import { resolveTaskConfig, type TaskConfig } from './task-config.js';
import type { TaskDefinition } from './task-definition.js';
import { checkTemplate } from './template/template.js';

/**
 * A task ready to be prepared: its fields checked, its hooks, templates and metrics known, its data files found.
 * Throws SweepError for the first of these that fails.
 */
export async function buildDefinition(
  fields: Readonly<Record<string, unknown>>,
  file: string,
): Promise<TaskDefinition> {
  const config = checkDefinition(fields, file);
  const data = await findData({ ...config, file });
  return {
    name: config.task,
    alias: config.taskAlias,
    version: pyStr(config.metadata['version'] ?? 'Yaml'),
    outputType: config.outputType,
    source: file,
    digest: await digestOf(fields, data),
    dataset: data.origin,
    tags: config.tags,
    defaultShots: config.numFewshot ?? 0,
    metrics: metricSpecs(config),
    config,
    fields,
    data,
    nDocs: null,
  };
}

/** Everything that can be checked without data: fields, hooks, templates, metrics and generation. */
export function checkDefinition(fields: Readonly<Record<string, unknown>>, file: string): TaskConfig {
  const config = resolveTaskConfig(fields, file);
  refuseCustomData(config, file);
  checkHooks(config);
  checkMetrics(config, file);
  checkTemplates(config, file);
  if (config.outputType === 'generate_until') resolveGeneration(config);
  return config;
}

function checkTemplates(config: TaskConfig, file: string): void {
  const { fewshot } = config;
  const sources = {
    doc_to_text: config.docToText,
    doc_to_target: config.docToTarget,
    doc_to_choice: config.docToChoice,
    description: config.description,
    gen_prefix: config.genPrefix,
    'fewshot_config.doc_to_text': fewshot.docToText,
    'fewshot_config.doc_to_target': fewshot.docToTarget,
    'fewshot_config.doc_to_choice': fewshot.docToChoice,
  };
  for (const [field, source] of Object.entries(sources)) {
    if (typeof source === 'string') checkOne(source, field, file);
  }
}

function checkOne(source: string, field: string, file: string): void {
  try {
    checkTemplate(source);
  } catch (error) {
    if (!(error instanceof SweepError || error instanceof SyntaxError)) throw error;
    throw new SweepError(
      'BAD_TASK',
      `Expected a Jinja template in \`${field}\` of ${file}: ${error.message}.`,
      { cause: error },
    );
  }
}

function refuseCustomData({ customDataset }: TaskConfig, file: string): void {
  if (customDataset === null) return;
  throw new SweepError(
    'NO_LOCAL_DATA',
    `Expected \`dataset_path\` in ${file} to name the data, got custom_dataset, a function of Python.`,
  );
}

// A commit of the hub stands for the content of its files; local files are read.
async function digestOf(fields: Readonly<Record<string, unknown>>, data: DataSource): Promise<string> {
  if (data.origin !== null) return digestOfValue({ fields: withoutPaths(fields), data: data.origin });
  const digests: Record<string, string[]> = {};
  for (const [split, paths] of Object.entries(data.splits)) {
    digests[split] = await Promise.all(paths.map(digestOfFile));
  }
  return digestOfValue({ fields: withoutPaths(fields), data: digests });
}

// The place of a file does not change an answer: functions count by name, data files by content.
function withoutPaths(value: unknown): unknown {
  if (value instanceof FunctionRef) return { function: value.text };
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(withoutPaths);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'data_files' && key !== 'config_source')
      .map(([key, item]) => [key, withoutPaths(item)]),
  );
}
