import { digestOfText } from '../files/digest.js';
import type { ClusteredError } from '../domain/metric.js';
import { pyStr } from '../python/repr.js';
import { pyFloat, type PyDict, type PyValue } from '../python/value.js';
import type { GroupDefinition } from '../task/group-definition.js';
import { isExtraMetric, KNOWN_METRICS, metricNames } from '../task/metric-specs.js';
import type { TaskDefinition } from '../task/task-definition.js';
import { aggregateGroup } from './aggregate-group.js';
import { configDump } from './config-dump.js';
import { withGroupDirections, withGroupShots } from './group-headers.js';
import { hashTask, type AggregatedWorkload } from './sample-lines.js';

/** The lm-eval release whose numbers and file formats are reproduced. */
export const LM_EVAL_VERSION = '0.4.13';

/** What is known of the model and the run. */
export interface ResultHeader {
  readonly model: string;
  readonly nParams: number;
  readonly precision: string;
  readonly device: string;
  readonly limit: number | null;
  readonly seed: number;
  /** When the run started. */
  readonly start: Date;
  readonly durationMs: number;
  readonly maxLength: number | null;
  readonly systemInstruction: string | null;
  /** The chat template, null for plain text. */
  readonly chat: { readonly source: string; readonly asMultiturn: boolean } | null;
  /** Anything more, kept under `scalesweep`. */
  readonly extra: PyDict;
}

/** The content of lm-eval's `results_*.json` for tasks that one model answered. */
export function resultRecord(
  header: ResultHeader,
  scored: readonly AggregatedWorkload[],
  groups: readonly GroupDefinition[],
): PyDict {
  const tasks = scored.map(({ workload }) => workload.task);
  const byTask = (read: (one: AggregatedWorkload) => PyValue): PyDict =>
    Object.fromEntries(scored.map((one) => [one.workload.task.name, read(one)]));
  const rows = byTask(taskRow);
  const groupRows = Object.fromEntries(groups.map((group) => [group.name, aggregateGroup(group, rows)]));
  const aggregated = groups.filter(({ metrics }) => metrics.length > 0);
  return {
    results: { ...rows, ...groupRows },
    ...(aggregated.length > 0
      ? { groups: Object.fromEntries(aggregated.map(({ name }) => [name, groupRows[name] ?? null])) }
      : {}),
    group_subtasks: Object.fromEntries(groups.map(({ name, members }) => [name, members])),
    configs: byTask(({ workload }) => configDump(workload.task, workload.shots)),
    versions: {
      ...Object.fromEntries(tasks.map((task) => [task.name, task.config.metadata['version'] ?? 'Yaml'])),
      ...Object.fromEntries(
        groups.map(({ name, version }) => [name, version === null ? 'N/A' : pyStr(version as PyValue)]),
      ),
    },
    'n-shot': withGroupShots(
      byTask(({ workload }) => workload.shots),
      groups,
    ),
    higher_is_better: withGroupDirections(
      Object.fromEntries(tasks.map((task) => [task.name, directionsOf(task)])),
      groups,
    ),
    'n-samples': byTask(({ workload }) => ({
      original: workload.task.nDocs ?? workload.samples.length,
      effective: workload.samples.length,
    })),
    config: configOf(header),
    git_hash: null,
    date: pyFloat(header.start.getTime() / 1000),
    pretty_env_info: 'see sweep.json of the run',
    transformers_version: null,
    upper_git_hash: null,
    tokenizer_pad_token: null,
    tokenizer_eos_token: null,
    tokenizer_bos_token: null,
    eot_token_id: null,
    lm_eval_version: LM_EVAL_VERSION,
    max_length: header.maxLength,
    task_hashes: byTask(hashTask),
    model_source: 'scalesweep',
    model_name: header.model,
    model_name_sanitized: sanitizeModelName(header.model),
    system_instruction: header.systemInstruction,
    system_instruction_sha: shaOrNull(header.systemInstruction),
    fewshot_as_multiturn: header.chat === null ? null : header.chat.asMultiturn,
    chat_template: header.chat?.source ?? null,
    chat_template_sha: shaOrNull(header.chat?.source ?? null),
    total_evaluation_time_seconds: String(header.durationMs / 1000),
    scalesweep: { ...header.extra, metrics: byTask(ownMetrics) },
  };
}

function shaOrNull(text: string | null): string | null {
  return text === null || text === '' ? null : digestOfText(text);
}

/** The model's name as lm-eval makes a folder of it. */
export function sanitizeModelName(name: string): string {
  return name.replace(/["<>:/|\\?*[\]]+/g, '__');
}

function taskRow({ workload, score }: AggregatedWorkload): PyDict {
  const { task } = workload;
  const row: Record<string, PyValue> = {
    name: task.name,
    alias: task.alias ?? task.name,
    sample_len: workload.samples.length,
  };
  for (const { metric, filter, value, isLmEvalStderr } of score.aggregated) {
    if (isExtraMetric(metric, task.config)) continue;
    row[`${metric},${filter}`] = pyFloat(value.value);
    row[`${metric}_stderr,${filter}`] =
      value.stderr === null || !isLmEvalStderr ? 'N/A' : pyFloat(value.stderr);
  }
  return row;
}

function ownMetrics({ score }: AggregatedWorkload): PyDict {
  return Object.fromEntries(
    Object.entries(score.metrics).map(([key, { value, stderr, ci95, clustered }]) => [
      key,
      {
        value: pyFloat(value),
        stderr: stderr === null ? null : pyFloat(stderr),
        ci95: ci95 === null ? null : ci95.map(pyFloat),
        ...(clustered === undefined ? {} : { clustered: clusteredFields(clustered) }),
      },
    ]),
  );
}

function clusteredFields({ stderr, ci95, nClusters }: ClusteredError): PyDict {
  return { stderr: pyFloat(stderr), ci95: ci95.map(pyFloat), n_clusters: nClusters };
}

function directionsOf(task: TaskDefinition): PyDict {
  return Object.fromEntries(
    metricNames(task.config).map((name, index) => {
      const said = task.config.metricList?.[index]?.higherIsBetter;
      return [name, said === undefined ? (KNOWN_METRICS[name]?.higherIsBetter ?? true) : said];
    }),
  );
}

function configOf(header: ResultHeader): PyDict {
  return {
    model: 'scalesweep',
    model_args: { pretrained: header.model, dtype: header.precision },
    model_num_parameters: header.nParams,
    model_dtype: header.precision,
    model_revision: 'main',
    model_sha: '',
    batch_size: null,
    batch_sizes: [],
    device: header.device,
    use_cache: null,
    limit: header.limit,
    bootstrap_iters: 100_000,
    gen_kwargs: null,
    random_seed: 0,
    numpy_seed: 1234,
    torch_seed: 1234,
    fewshot_seed: header.seed,
  };
}
