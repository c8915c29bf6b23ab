import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../helpers/cli.js';

// The classic tasks from end to end, through the command line, on the smallest shipped models. The data are a few rows
// in the schema of each data set, written for this test; nothing is taken from the published ones.
const root = mkdtempSync(join(tmpdir(), 'classic-'));
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const local = (files: string): string => `dataset_path: json\ndataset_kwargs: { data_files: ${files} }\n`;

const FILES: Readonly<Record<string, string>> = {
  'gsm8k.yaml': `task: gsm8k
${local('{ train: gsm8k.jsonl, test: gsm8k.jsonl }')}training_split: train
test_split: test
fewshot_split: train
num_fewshot: 2
output_type: generate_until
doc_to_text: "Question: {{question}}\\nAnswer:"
doc_to_target: "{{answer}}"
generation_kwargs: { until: ["Question:", "</s>"], do_sample: false, temperature: 0.0, max_gen_toks: 8 }
filter_list:
  - name: strict-match
    filter: [{ function: regex, regex_pattern: '#### (\\-?[0-9\\.\\,]+)' }, { function: take_first }]
metric_list:
  - { metric: exact_match, aggregation: mean, higher_is_better: true, ignore_case: true, regexes_to_ignore: [",", "(?s).*#### "] }
`,
  'gsm8k.jsonl': lines(
    [3, 8, 14, 21].map((n) => ({
      question: `Ada has ${n} shells and finds 2. How many?`,
      answer: `${n}+2=${n + 2}\n#### ${n + 2}`,
    })),
  ),
  'hellaswag.yaml': `task: hellaswag
${local('{ validation: hellaswag.jsonl }')}validation_split: validation
output_type: multiple_choice
process_docs: !function utils.process_docs
doc_to_text: "{{query}}"
doc_to_target: "{{label}}"
doc_to_choice: "choices"
metric_list:
  - { metric: acc, aggregation: mean, higher_is_better: true }
  - { metric: acc_norm, aggregation: mean, higher_is_better: true }
`,
  'hellaswag.jsonl': lines(
    [0, 1, 2].map((i) => ({
      ind: i,
      activity_label: 'Baking bread',
      ctx_a: `A man kneads dough ${i} times. [header] Rest`,
      ctx_b: 'he',
      ctx: '',
      endings: ['lets it rise.', 'sails away.', 'paints the oven.', 'counts sheep.'],
      label: String(i),
    })),
  ),
  'mmlu_tides.yaml': `task: mmlu_tides
${local('{ test: mmlu.jsonl, dev: mmlu.jsonl }')}test_split: test
fewshot_split: dev
fewshot_config: { sampler: first_n }
num_fewshot: 1
output_type: multiple_choice
description: "The following are multiple choice questions (with answers) about tides.\\n\\n"
doc_to_text: "{{question.strip()}}\\nA. {{choices[0]}}\\nB. {{choices[1]}}\\nC. {{choices[2]}}\\nD. {{choices[3]}}\\nAnswer:"
doc_to_choice: ["A", "B", "C", "D"]
doc_to_target: answer
metric_list: [{ metric: acc, aggregation: mean, higher_is_better: true }]
`,
  'mmlu.jsonl': lines(
    [0, 1, 2].map((i) => ({
      question: `What moves tide ${i}?`,
      subject: 'tides',
      choices: ['moon', 'milk', 'mud', 'moss'],
      answer: i,
    })),
  ),
  'lambada.yaml': `task: lambada
${local('{ test: lambada.jsonl }')}test_split: test
output_type: loglikelihood
doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}"
doc_to_target: "{{' '+text.split(' ')[-1]}}"
metric_list:
  - { metric: perplexity, aggregation: perplexity, higher_is_better: false }
  - { metric: acc, aggregation: mean, higher_is_better: true }
`,
  'lambada.jsonl': lines(
    ['the heron stood in the reeds and the reeds hid the heron', 'snow fell on snow'].map((text) => ({
      text,
    })),
  ),
  'wikitext.yaml': `task: wikitext
${local('{ test: wikitext.jsonl }')}test_split: test
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: !function preprocess_wikitext.wikitext_detokenizer
process_results: !function preprocess_wikitext.process_results
metric_list: [{ metric: word_perplexity }, { metric: byte_perplexity }, { metric: bits_per_byte }]
`,
  'wikitext.jsonl': lines([
    { page: ' = Heron = \n The heron ( a wader ) eats 1 @,@ 200 fish . \n' },
    { page: ' = Reed = \n It grows . \n' },
  ]),
  'task.json': JSON.stringify({
    name: 'bird_names',
    canary: 'none: written for a test',
    description: 'Says whether a word names a bird.',
    keywords: ['zero-shot'],
    metrics: ['multiple_choice_grade'],
    preferred_score: 'multiple_choice_grade',
    examples: ['heron', 'shovel', 'wren'].map((word) => ({
      input: `Is a ${word} a bird?`,
      target_scores: { yes: Number(word !== 'shovel'), no: Number(word === 'shovel') },
    })),
  }),
};

test('GSM8K, HellaSwag, MMLU, LAMBADA, WikiText and BIG-bench run from local files to results', async () => {
  mkdirSync(join(root, 'hellaswag'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(root, name), text);
  const tasks = Object.keys(FILES).filter((name) => !name.endsWith('.jsonl'));
  const { code, stderr } = await runCli(
    [
      'run',
      '--family',
      'models/snowflake/snowflake-3k-seed0',
      '--device',
      'cpu',
      '--out',
      join(root, 'run'),
    ].concat(tasks.flatMap((name) => ['--task', join(root, name)])),
  );
  expect(stderr).toContain('6 trials completed, 0 failed, 0 skipped');
  expect(code).toBe(0);
  const { trials } = JSON.parse(readFileSync(join(root, 'run', 'summary.json'), 'utf8')) as {
    trials: { task: string; n: number; metrics: Record<string, { value: number }> }[];
  };
  const found = Object.fromEntries(
    trials.map(({ task, n, metrics }) => [task, [n, Object.keys(metrics).toSorted()]]),
  );
  expect(found).toMatchObject({
    gsm8k: [4, expect.arrayContaining(['exact_match,strict-match'])],
    hellaswag: [3, expect.arrayContaining(['acc', 'acc_norm'])],
    mmlu_tides: [3, expect.arrayContaining(['acc'])],
    lambada: [2, expect.arrayContaining(['acc', 'perplexity'])],
    wikitext: [2, expect.arrayContaining(['bits_per_byte', 'word_perplexity'])],
    bigbench_bird_names: [3, expect.arrayContaining(['multiple_choice_grade'])],
  });
  for (const { metrics } of trials)
    expect(Object.values(metrics).every(({ value }) => Number.isFinite(value))).toBe(true);
});
