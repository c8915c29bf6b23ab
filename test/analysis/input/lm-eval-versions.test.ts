import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { CurveInput } from '../../../src/analysis/points.js';
import { readCurves } from '../../../src/analysis/input/read-curves.js';

/** A temporary folder with these files; values other than text are written as JSON. */
function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'versions-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const points = (curve: CurveInput | undefined) =>
  curve?.points.map(({ scale, nParams, value, stderr, n }) => [scale, nParams, value, stderr, n]);

/** The shape of 0.2 and 0.3: metrics without filters, one number of shots, arguments as one text. */
const old = (model: string, acc: number) => ({
  results: {
    lambada_openai: { ppl: 10.8, ppl_stderr: 0.3, acc, acc_stderr: 0.007 },
    'hendrycksTest-anatomy': { acc: 0.25, acc_stderr: 0.03, acc_norm: 0.26, acc_norm_stderr: 0.03 },
  },
  versions: { lambada_openai: 0, 'hendrycksTest-anatomy': 0 },
  config: {
    model: 'hf-causal',
    model_args: `pretrained=EleutherAI/${model},revision=step143000`,
    num_fewshot: 5,
    batch_size: 16,
    bootstrap_iters: 100_000,
  },
});

test('results of 0.2 and 0.3 are read with their shots, errors and checkpoints, by files, folders and patterns', async () => {
  const folder = folderOf({
    'pythia-70m/five-shot/70m.json': old('pythia-70m', 0.185),
    'pythia-410m/five-shot/410m.json': old('pythia-410m', 0.516),
  });
  for (const paths of [[folder], [join(folder, 'pythia-*/*/*.json')], [join(folder, '**', '*.json')]]) {
    const curves = await readCurves(paths);
    expect(
      curves.map(({ family, task, shots, metric, higherIsBetter }) => [
        family,
        task,
        shots,
        metric,
        higherIsBetter,
      ]),
    ).toEqual([
      ['pythia step 143000', 'lambada_openai', 5, 'ppl', false],
      ['pythia step 143000', 'lambada_openai', 5, 'acc', true],
      ['pythia step 143000', 'hendrycksTest-anatomy', 5, 'acc', true],
      ['pythia step 143000', 'hendrycksTest-anatomy', 5, 'acc_norm', true],
    ]);
    expect(points(curves[1])).toEqual([
      ['410m', 410e6, 0.516, 0.007, null],
      ['70m', 70e6, 0.185, 0.007, null],
    ]);
  }
});

test('a file that names no model is named by its folders', async () => {
  const { config: _config, ...rest } = old('', 0.5);
  const folder = folderOf({
    'pythia-v1/pythia-1.4b/zero-shot/1.4b_step143000.json': { ...rest, config: { num_fewshot: 0 } },
  });
  const [curve] = await readCurves([folder]);
  expect(curve).toMatchObject({ family: 'pythia step 143000', shots: 0 });
  expect(curve?.points[0]).toMatchObject({ scale: '1.4b', nParams: 1.4e9 });
});

/** The shape of 0.4: filters in keys, shots by task, groups among the tasks. */
const recent = (model: string, acc: number, date: number) => ({
  results: {
    mmlu: { alias: 'mmlu', 'acc,none': 0.99, 'acc_stderr,none': 0.001 },
    mmlu_anatomy: { alias: ' - anatomy', 'acc,none': acc, 'acc_stderr,none': 0.03, sample_len: 135 },
    gsm8k: {
      alias: 'gsm8k',
      'exact_match,strict-match': 0.02,
      'exact_match_stderr,strict-match': 0.004,
      'exact_match,flexible-extract': 0.03,
      'exact_match_stderr,flexible-extract': 'N/A',
    },
    bbh: { alias: 'bbh', 'exact_match,get-answer': 0.3, 'exact_match_stderr,get-answer': 0.01 },
  },
  groups: { mmlu: { 'acc,none': 0.99 }, bbh: { 'exact_match,get-answer': 0.3 } },
  group_subtasks: { mmlu: ['mmlu_anatomy'], bbh: ['bbh_far'], gsm8k: [] },
  versions: { mmlu: 2, mmlu_anatomy: 1, gsm8k: 3 },
  'n-shot': { mmlu_anatomy: 0, gsm8k: 5 },
  'n-samples': { mmlu_anatomy: { original: 135, effective: 135 }, gsm8k: { original: 1319, effective: 100 } },
  higher_is_better: { gsm8k: { exact_match: true } },
  config: {
    model: 'hf',
    model_args: { pretrained: model, dtype: 'float32' },
    model_num_parameters: 405_334_016,
  },
  date,
  model_name: model,
});

test('results of 0.4 keep their filters, leave groups to their tasks, and the later of two files counts', async () => {
  const folder = folderOf({
    'EleutherAI__pythia-410m/results_2026-01-01T00-00-00.000001.json': recent(
      'EleutherAI/pythia-410m',
      0.24,
      2,
    ),
    'EleutherAI__pythia-410m/results_2026-01-01T01-00-00.000001.json': recent(
      'EleutherAI/pythia-410m',
      0.31,
      3,
    ),
    'EleutherAI__pythia-410m/results_2025-01-01T00-00-00.000001.json': recent(
      'EleutherAI/pythia-410m',
      0.11,
      1,
    ),
  });
  const curves = await readCurves([folder]);
  expect(curves.map(({ task, shots, metric, points: all }) => [task, shots, metric, all.length])).toEqual([
    ['mmlu_anatomy', 0, 'acc', 1],
    ['gsm8k', 5, 'exact_match,strict-match', 1],
    ['gsm8k', 5, 'exact_match,flexible-extract', 1],
    ['bbh', 0, 'exact_match,get-answer', 1], // its tasks are not in the file
  ]);
  expect(points(curves[0])).toEqual([['410m', 405_334_016, 0.31, 0.03, 135]]);
  expect(points(curves[2])).toEqual([['410m', 405_334_016, 0.03, null, 100]]);
});

const sample = (docId: number, acc: number | boolean, filter?: string) => ({
  doc_id: docId,
  doc: { q: 'x', n: docId % 2 === 0 ? 1 : 'one' },
  target: '0',
  resps: [[['-1.5', 'False']]],
  filtered_resps: [['-1.5', 'False']],
  ...(filter === undefined ? {} : { filter, metrics: ['acc'] }),
  acc,
});

test('samples of 0.4 give counts and items, beside their results and alone', async () => {
  const time = '2026-01-01T00-00-00.000001';
  const lines = [sample(0, 1, 'none'), sample(1, 0, 'none'), sample(2, 1, 'none'), sample(0, 0, 'other')];
  const folder = folderOf({
    [`EleutherAI__pythia-410m/results_${time}.json`]: recent('EleutherAI/pythia-410m', 2 / 3, 2),
    [`EleutherAI__pythia-410m/samples_mmlu_anatomy_${time}.jsonl`]: lines
      .map((line) => JSON.stringify(line))
      .join('\n'),
    [`org__pythia-70m/samples_mmlu_anatomy_${time}.jsonl`]: lines
      .map((line) => JSON.stringify(line))
      .join('\n'),
  });
  const [curve] = await readCurves([join(folder, 'EleutherAI__pythia-410m')]);
  expect(curve?.points[0]).toMatchObject({
    n: 3,
    value: 2 / 3,
    items: [{ item: 0, value: 1 }, { item: 1 }, { item: 2 }],
  });
  const alone = await readCurves([join(folder, 'org__pythia-70m', `samples_mmlu_anatomy_${time}.jsonl`)]);
  expect(alone.map(({ family, task, metric, points: all }) => [family, task, metric, all[0]?.n])).toEqual([
    ['pythia', 'mmlu_anatomy', 'acc', 3],
    ['pythia', 'mmlu_anatomy', 'acc,other', 1],
  ]);
});

test('samples of 0.4.0 are one list in a file named by the model’s arguments', async () => {
  const folder = folderOf({
    'out/results.json': { ...recent('EleutherAI/pythia-410m', 0.5, 2), groups: undefined },
    'out/pretrained__EleutherAI__pythia-410m_mmlu_anatomy.jsonl': [sample(0, true), sample(1, false)],
  });
  const curves = await readCurves([folder]);
  const curve = curves.find(({ task }) => task === 'mmlu_anatomy');
  expect(curve?.points[0]).toMatchObject({ n: 2, value: 0.5 });
});

test('broken samples are named with their line', async () => {
  const folder = folderOf({
    'x-70m/samples_t_2026-01-01T00-00-00.1.jsonl': '{"doc_id": 0, "acc": NaN}\n{"doc_id"',
  });
  await expect(readCurves([join(folder, 'x-70m/samples_t_2026-01-01T00-00-00.1.jsonl')])).rejects.toThrow(
    /Expected JSON in .*, line 2/,
  );
});
