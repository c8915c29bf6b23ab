import { pyFloat } from '../../python/value.js';
import { FunctionRef } from '../function-ref.js';
import type { BigBenchTask } from './task-file.js';

const MAX_ANSWER_TOKENS = 64; // an answer is cut at 128 characters afterwards

/** A BIG-bench task in the fields of a task file, with its own scoring as a hook. */
export function bigBenchFields(task: BigBenchTask, file: string): Record<string, unknown> {
  const means = (names: readonly string[], higher: boolean): object[] =>
    names.map((metric) => ({ metric, aggregation: 'mean', higher_is_better: higher }));
  const shared = {
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
  if (task.isMultipleChoice) {
    return {
      ...shared,
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
  return {
    ...shared,
    output_type: 'generate_until',
    doc_to_target: '{{targets[0]}}',
    generation_kwargs: { until: [task.stop ?? '\n'], max_gen_toks: MAX_ANSWER_TOKENS, do_sample: false },
    process_results: new FunctionRef('bigbench.match_text', file),
    metric_list: [...means(['exact_str_match', 'edit_similarity'], true)],
    metadata: { version: pyFloat(1) },
  };
}
