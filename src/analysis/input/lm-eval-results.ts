import { createHash } from 'node:crypto';
import type { CurvePoint, ItemScore } from '../points.js';
import { isHigherBetter, summarizeItems, type NamedPoint } from './point-of.js';
import { modelOf } from './lm-eval-model.js';

type Metrics = Readonly<Record<string, unknown>>;

/** The fields used of a `results_*.json`, of lm-eval 0.2 to 0.4. */
export interface LmEvalResults {
  readonly results: Readonly<Record<string, Metrics>>;
  readonly groups?: Readonly<Record<string, unknown>>;
  readonly group_subtasks?: Readonly<Record<string, readonly string[]>>;
  /** Seconds since 1970, since 0.4. */
  readonly date?: number;
  readonly versions?: Readonly<Record<string, unknown>>;
  readonly configs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly 'n-shot'?: Readonly<Record<string, number>>;
  readonly 'n-samples'?: Readonly<Record<string, { readonly effective?: number }>>;
  readonly higher_is_better?: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly model_name?: string;
}

/** Samples of a task by its name: the lines of `samples_<task>_*.jsonl` written with the results. */
export type SamplesOf = (task: string) => readonly Metrics[] | null;

/** True for the content of an lm-eval results file. */
export function isLmEvalResults(content: unknown): content is LmEvalResults {
  return (
    typeof content === 'object' &&
    content !== null &&
    'results' in content &&
    typeof content.results === 'object' &&
    content.results !== null &&
    !Array.isArray(content.results)
  );
}

/** The points of a results file: one a task and metric; groups are left to their tasks, where these are there. */
export function lmEvalPoints(
  content: LmEvalResults,
  file: string,
  samplesOf: SamplesOf = () => null,
): NamedPoint[] {
  const model = modelOf(content, file);
  return Object.entries(content.results)
    .filter(([task]) => !isJoinedGroup(content, task))
    .flatMap(([task, metrics]) => {
      const shots = content['n-shot']?.[task] ?? Number(content.config?.['num_fewshot'] ?? shotsInPath(file));
      const samples = samplesOf(task);
      return Object.entries(metrics).flatMap(([key, value]) => {
        if (typeof value !== 'number' || !isMetric(key)) return [];
        const { metric, filter } = splitKey(key);
        const items = samples === null ? null : itemsOf(samples, metric, filter);
        return [
          {
            family: model.family,
            task,
            shots,
            metric: filter === null || filter === 'none' ? metric : `${metric},${filter}`,
            higherIsBetter: content.higher_is_better?.[task]?.[metric] ?? isHigherBetter(metric),
            prompt: promptOf(content, task),
            source: file,
            takenAt: content.date ?? null,
            point: {
              ...model.point,
              ...measured(metrics, key, { value, n: content['n-samples']?.[task]?.effective ?? null, items }),
            },
          },
        ];
      });
    });
}

/** A row over other tasks of the file: aggregates of what is read already. A group whose tasks were left out stands alone. */
function isJoinedGroup({ results, groups, group_subtasks: subtasks }: LmEvalResults, task: string): boolean {
  const members = subtasks?.[task] ?? [];
  const isGroup = groups !== undefined && task in groups;
  return members.some((member) => member in results) || (isGroup && members.length === 0);
}

type Measurement = Pick<CurvePoint, 'value' | 'stderr' | 'n'> & { readonly items?: readonly ItemScore[] };

interface Measured {
  readonly value: number;
  readonly n: number | null;
  readonly items: readonly ItemScore[] | null;
}

function measured(metrics: Metrics, key: string, { value, n, items }: Measured): Measurement {
  if (items !== null && items.length > 0) return { ...summarizeItems(items), value };
  const { metric, filter } = splitKey(key);
  const stderr = metrics[filter === null ? `${metric}_stderr` : `${metric}_stderr,${filter}`];
  return { value, stderr: typeof stderr === 'number' ? stderr : null, n };
}

const isMetric = (key: string): boolean => !/_stderr(,|$)|^(alias|name|sample_len|sample_count)$/.test(key);

function splitKey(key: string): { metric: string; filter: string | null } {
  const comma = key.indexOf(',');
  return comma < 0
    ? { metric: key, filter: null }
    : { metric: key.slice(0, comma), filter: key.slice(comma + 1) };
}

function itemsOf(samples: readonly Metrics[], metric: string, filter: string | null): ItemScore[] {
  return samples.flatMap((sample) => {
    const value = sample[metric];
    const isOther = filter !== null && 'filter' in sample && sample['filter'] !== filter;
    const item = sample['doc_id'];
    if (isOther || typeof value !== 'number' || typeof item !== 'number') return [];
    return [{ item, value }];
  });
}

/** What of a task's configuration changes its questions: two curves that differ in it are not one curve. */
const PROMPT_FIELDS = [
  'dataset_path',
  'dataset_name',
  'doc_to_text',
  'doc_to_target',
  'doc_to_choice',
  'description',
  'target_delimiter',
  'fewshot_delimiter',
];

function promptOf({ configs, versions }: LmEvalResults, task: string): string | null {
  const config = configs?.[task];
  const version = versions?.[task] ?? null;
  if (config === undefined && version === null) return null;
  const fields = PROMPT_FIELDS.map((field) => config?.[field] ?? null);
  return createHash('sha256')
    .update(JSON.stringify([version, fields]))
    .digest('hex')
    .slice(0, 12);
}

/** Shots as folders and files of published results say them: `five-shot`, `5shot`. */
export function shotsInPath(file: string): number {
  if (/five-?shot/i.test(file)) return 5;
  return Number(/(\d+)-?shot/i.exec(file)?.[1] ?? 0);
}
