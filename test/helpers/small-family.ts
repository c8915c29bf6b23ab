import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildModel } from '../../src/builder/build-model.js';
import { createRandom, type Random } from '../../src/stats/random.js';

/** A family with random weights and tasks of every kind over random text, for tests of whole runs. */
export interface SmallFamily {
  readonly family: string;
  /** Glob of the task files. */
  readonly tasks: string;
}

export interface SmallFamilyOptions {
  /** Hidden width of every scale. @default [32, 64] */
  readonly widths?: readonly number[];
  /** Samples of each task. @default 24 */
  readonly samples?: number;
}

const VOCABULARY = 300;
const WORDS = ['snow', 'ice', 'flake', 'north', 'wind', 'cold', 'white', 'drift', 'frost', 'sky'];
const DATASET = 'dataset_path: json\ntest_split: test\nnum_fewshot: 0\nmetadata:\n  version: 1.0\n';
const METRIC = (name: string, aggregation: string, higherIsBetter: boolean): string =>
  `metric_list:\n  - metric: ${name}\n    aggregation: ${aggregation}\n    higher_is_better: ${higherIsBetter}\n`;

/** Task definitions by name, without what they share. */
const TASKS: Readonly<Record<string, string>> = {
  small_choice:
    'output_type: multiple_choice\ndoc_to_text: "{{question}}"\ndoc_to_target: gold\ndoc_to_choice: choices\n' +
    METRIC('acc', 'mean', true),
  small_string:
    'output_type: loglikelihood\ndoc_to_text: "{{question}}"\ndoc_to_target: "{{answer}}"\n' +
    METRIC('perplexity', 'perplexity', false),
  small_rolling:
    'output_type: loglikelihood_rolling\ndoc_to_text: ""\ndoc_to_target: "{{text}}"\n' +
    METRIC('bits_per_byte', 'bits_per_byte', false),
  small_generate:
    'output_type: generate_until\ndoc_to_text: "{{question}}"\ndoc_to_target: "{{answer}}"\n' +
    'generation_kwargs:\n  until: ["\\n"]\n  max_gen_toks: 6\n  do_sample: false\n' +
    METRIC('exact_match', 'mean', true),
};

/** Writes models/ and tasks/ under `root`. Equal options give equal bytes. */
export async function writeSmallFamily(root: string, options: SmallFamilyOptions = {}): Promise<SmallFamily> {
  const { widths = [32, 64], samples = 24 } = options;
  const family = join(root, 'models', 'small');
  for (const width of widths) {
    await buildModel(join(family, `small-${width}`), {
      architecture: 'llama',
      dimensions: { hidden: width, layers: 2, heads: 2, kvHeads: 2, intermediate: 2 * width, after: null },
      vocabulary: VOCABULARY,
      context: 128,
      seed: width,
      precision: 'fp32',
      style: 'portable',
    });
  }
  writeSmallTasks(join(root, 'tasks'), samples);
  return { family, tasks: join(root, 'tasks', '*.yaml') };
}

/** Writes the tasks alone. */
export function writeSmallTasks(directory: string, samples: number): void {
  mkdirSync(join(directory, 'data'), { recursive: true });
  for (const [name, definition] of Object.entries(TASKS)) {
    const files = `dataset_kwargs:\n  data_files:\n    test: data/${name}.jsonl\n`;
    writeFileSync(join(directory, `${name}.yaml`), `task: ${name}\n${DATASET}${files}${definition}`);
    const random = createRandom(name);
    const lines = Array.from({ length: samples }, () => JSON.stringify(sample(random)));
    writeFileSync(join(directory, 'data', `${name}.jsonl`), `${lines.join('\n')}\n`);
  }
}

function sample(random: Random): Record<string, unknown> {
  const choices = Array.from({ length: 4 }, () => ` ${phrase(random, 1 + random.integer(3))}`);
  return {
    question: phrase(random, 2 + random.integer(12)),
    text: phrase(random, 4 + random.integer(30)),
    answer: ` ${phrase(random, 2)}`,
    choices,
    gold: random.integer(choices.length),
  };
}

function phrase(random: Random, words: number): string {
  return Array.from({ length: words }, () => WORDS[random.integer(WORDS.length)] ?? '').join(' ');
}
