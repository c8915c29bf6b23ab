import { pyFloat } from '../../python/value.js';
import { FunctionRef } from '../function-ref.js';
import type { BigBenchTask } from './task-file.js';

const MAX_ANSWER_TOKENS = 64; // an answer is cut at 128 characters afterwards

/**
 * A BIG-bench task in the fields of task files, with its own scoring as hooks: one for its choices, one for written
 * answers (named `..._text` where there are both).
 */
export function bigBenchFields(task: BigBenchTask, file: string): Record<string, unknown>[] {
  const asksForText = task.metrics.some((metric) => TEXT_METRICS.includes(metric));
  if (!task.isMultipleChoice) return [textFields(task, file, '')];
  if (!asksForText) return [choiceFields(task, file)];
  return task.metrics.includes('multiple_choice_grade')
    ? [choiceFields(task, file), textFields(task, file, '_text')]
    : [textFields(task, file, '')];
}

const TEXT_METRICS = ['exact_str_match', 'bleu', 'rouge'];

function sharedFields(task: BigBenchTask, file: string): Record<string, unknown> {
  return {
    task: `bigbench_${task.name}`,
    dataset_path: 'bigbench',
    dataset_kwargs: { data_files: { test: file } },
    test_split: 'test',
    fewshot_split: 'test',
    description: 'task_prefix',
    fewshot_config: { sampler: 'bigbench' },
    doc_to_text: 'prompt',
    target_delimiter: '',
    fewshot_delimiter: task.separator,
  };
}

function means(names: readonly string[], higher: boolean): object[] {
  return names.map((metric) => ({ metric, aggregation: 'mean', higher_is_better: higher }));
}

function choiceFields(task: BigBenchTask, file: string): Record<string, unknown> {
  return {
    ...sharedFields(task, file),
    output_type: 'multiple_choice',
    doc_to_choice: 'choices',
    doc_to_target: 'best',
    process_results: new FunctionRef('bigbench.grade_choices', file),
    metric_list: [
      ...means(['multiple_choice_grade', 'choice_probability', 'logprob_per_byte'], true),
      ...means(['brier'], false),
    ],
    metadata: {
      version: pyFloat(1),
      chance: { multiple_choice_grade: task.chance, choice_probability: task.chance },
    },
  };
}

function textFields(task: BigBenchTask, file: string, ending: string): Record<string, unknown> {
  const asks = (name: string): boolean => task.metrics.includes(name);
  return {
    ...sharedFields(task, file),
    task: `bigbench_${task.name}${ending}`,
    output_type: 'generate_until',
    ...(task.isMultipleChoice ? { fewshot_config: { sampler: 'bigbench', doc_to_target: SHOWN } } : {}),
    doc_to_target: '{{targets[0]}}',
    generation_kwargs: { until: [task.stop ?? '\n'], max_gen_toks: MAX_ANSWER_TOKENS, do_sample: false },
    process_results: new FunctionRef('bigbench.match_text', file),
    metric_list: [
      ...means(['exact_str_match', 'edit_similarity', ...(asks('rouge') ? ['rougeLsum'] : [])], true),
      ...(asks('bleu') ? [{ metric: 'bleu', aggregation: 'bleu', higher_is_better: true }] : []),
    ],
    metadata: { version: pyFloat(1) },
  };
}

// The best choice, drawn where there are several.
const SHOWN = '{{choices[best]}}';
