import { isHigherBetter, type NamedPoint } from './point-of.js';
import { sizeInName } from './scale-name.js';

interface ScoresFile {
  readonly model: {
    readonly model_family: string;
    readonly model_name: string;
    readonly total_params?: number;
    readonly non_embedding_params?: number;
  };
  readonly task?: { readonly task_name?: string; readonly name?: string };
  readonly scores: readonly {
    readonly score_dict: Readonly<Record<string, number>>;
    readonly preferred_score: string;
    readonly number_of_shots: number;
    readonly subtask_description?: string;
    readonly low_score?: number;
  }[];
}

/** True for the content of a BIG-bench `scores_<family>_<size>.json`. */
export function isBigBenchScores(content: unknown): content is ScoresFile {
  return (
    typeof content === 'object' &&
    content !== null &&
    'scores' in content &&
    Array.isArray(content.scores) &&
    'model' in content &&
    typeof content.model === 'object' &&
    content.model !== null &&
    'model_family' in content.model
  );
}

/**
 * The points of a BIG-bench score file, the preferred metric only. Such files do not say how many samples there were:
 * `n` is unknown, and classes rest on the shape alone. Rows that aggregate subtasks are left to the subtasks.
 */
export function bigBenchPoints(content: ScoresFile, file: string): NamedPoint[] {
  const { model, scores } = content;
  const nParams = model.total_params || model.non_embedding_params || sizeInName(model.model_name) || 0;
  const folder = /benchmark_tasks\/([^/]+)/.exec(file)?.[1];
  const task = content.task?.task_name ?? content.task?.name ?? folder ?? 'task';
  const subtasks = scores.filter(({ preferred_score }) => preferred_score !== 'normalized_aggregate_score');
  return subtasks.flatMap((score) => {
    const value = score.score_dict[score.preferred_score];
    if (value === undefined || !Number.isFinite(value)) return [];
    return [
      {
        family: model.model_family,
        task: subtaskName(task, score.subtask_description),
        shots: score.number_of_shots,
        metric: score.preferred_score,
        higherIsBetter: isHigherBetter(score.preferred_score),
        prompt: null,
        source: file,
        point: {
          scale: model.model_name,
          nParams,
          nParamsNonEmbedding: model.non_embedding_params ?? null,
          trainingTokens: null,
          seed: null,
          value,
          stderr: null,
          n: null,
          chance: score.low_score ?? null,
        },
      },
    ];
  });
}

function subtaskName(task: string, description: string | undefined): string {
  if (description === undefined || description === '' || description === task) return task;
  return description.startsWith(task) ? description : `${task}: ${description}`;
}
