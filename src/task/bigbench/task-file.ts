import { readFile } from 'node:fs/promises';
import { SweepError } from '../../errors.js';
import { parseJson } from '../../python/json.js';
import { NumpyRandomState } from '../../python/numpy-random.js';
import { pyStr } from '../../python/repr.js';
import { isDict, isList, toNumber, type PyDict, type PyValue } from '../../python/value.js';
import { compareText } from '../template/operators.js';

/** A BIG-bench task.json with its defaults. */
export interface BigBenchTask {
  readonly name: string;
  readonly isMultipleChoice: boolean;
  /** The metrics that the file asks for. */
  readonly metrics: readonly string[];
  readonly separator: string;
  readonly stop: string | null;
  /** Documents: the prompt of one example and its choices with their scores, or its targets. */
  readonly docs: readonly PyDict[];
  /** What guessing gives: the mean score of a choice, over all examples. */
  readonly chance: number;
}

const CHOICE_SEED = 42;

/** Reads a task.json. Throws SweepError where it is not one. */
export async function readBigBenchTask(file: string): Promise<BigBenchTask> {
  let json: PyValue;
  try {
    json = parseJson(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SweepError('BAD_TASK_FILE', `Expected a BIG-bench task (JSON) in ${file}: ${reason}.`, {
      cause: error,
    });
  }
  const examples = isDict(json) ? json['examples'] : null;
  if (!isDict(json) || !isList(examples) || examples.length === 0 || !examples.every(isDict)) {
    throw new SweepError(
      'BAD_TASK_FILE',
      `Expected a BIG-bench task with a list of \`examples\` in ${file}.`,
    );
  }
  const layout = readLayout(json);
  const docs = withoutCopies(examples).map((example) => readExample(example, layout, file));
  const isMultipleChoice = docs.every((doc) => isList(doc['scores']));
  return {
    name: textOf(json['name'], 'unnamed'),
    isMultipleChoice,
    metrics: textsOf(json['metrics']),
    separator: textOf(json['few_shot_example_separator'], '\n'),
    stop: layout.stop,
    docs,
    chance: isMultipleChoice ? meanOf(docs.map((doc) => meanOf(numbersOf(doc['scores'])))) : 0,
  };
}

interface Layout {
  readonly input: string;
  readonly output: string;
  readonly choice: string;
  readonly appendsChoices: boolean;
  readonly stop: string | null;
  /** Columns that are the same in every document. */
  readonly shared: PyDict;
}

function readLayout(json: PyDict): Layout {
  const stop = typeof json['stop_string'] === 'string' ? json['stop_string'] : null;
  return {
    input: textOf(json['example_input_prefix'], '\nQ: '),
    output: textOf(json['example_output_prefix'], '\nA: '),
    choice: textOf(json['choice_prefix'], '\n  choice: '),
    appendsChoices: json['append_choices_to_input'] !== false,
    stop,
    shared: {
      task_prefix: textOf(json['task_prefix'], ''),
      output_regex: typeof json['output_regex'] === 'string' ? json['output_regex'] : null,
      stop,
      metrics: textsOf(json['metrics']),
    },
  };
}

function withoutCopies(examples: readonly PyDict[]): PyDict[] {
  const seen = new Set<string>();
  return examples.filter((example) => {
    const key = pyStr(example);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

// Choices are shown in a permutation of their sorted names, drawn anew from the same seed for every example, and asked
// in the order of the file.
function readExample(example: PyDict, layout: Layout, file: string): PyDict {
  const input = pyStr(example['input'] ?? '');
  const scores = example['target_scores'];
  if (isDict(scores)) {
    const choices = Object.keys(scores);
    const sorted = choices.toSorted(compareText);
    const order = new NumpyRandomState(CHOICE_SEED).permutation(sorted.length);
    const shown = order.map((index) => layout.choice + (sorted[index] ?? '')).join('');
    const values = choices.map((choice) => toNumber(scores[choice]));
    const top = Math.max(...values);
    const valid = choices.flatMap((_, index) => (values[index] === top ? [index] : []));
    const prompt = layout.input + input + (layout.appendsChoices ? shown : '') + layout.output;
    const given = example['target'];
    const targets = given === undefined ? valid.map((index) => choices[index] ?? '') : textsOf(given);
    return { ...layout.shared, prompt, choices, scores: values, best: valid[0] ?? 0, valid, targets };
  }
  const target = example['target'];
  if (target === undefined) {
    throw new SweepError(
      'BAD_DATA',
      `Expected a \`target\` or \`target_scores\` in every example of ${file}.`,
    );
  }
  const targets = textsOf(target);
  return {
    ...layout.shared,
    prompt: layout.input + input + layout.output,
    choices: null,
    scores: null,
    best: null,
    valid: null,
    targets,
  };
}

function textOf(value: PyValue | undefined, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

function textsOf(value: PyValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value.map(pyStr) : [pyStr(value)];
}

function numbersOf(value: PyValue | undefined): number[] {
  return isList(value) ? value.map(toNumber) : [];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
