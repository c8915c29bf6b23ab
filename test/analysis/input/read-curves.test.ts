import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCurves } from '../../../src/analysis/input/read-curves.js';
import { familyInName, scaleInName, sizeInName } from '../../../src/analysis/input/scale-name.js';

function file(name: string, content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'curves-')), name);
  writeFileSync(path, content);
  return path;
}

test('a CSV of points becomes curves by family, task, shots and metric', async () => {
  const curves = await readCurves([
    file(
      'points.csv',
      'family,scale,nParams,task,shots,metric,value,n,chance\nf,1m,1e6,t,0,acc,0.25,100,0.25\nf,1b,1e9,t,0,acc,0.5,100,0.25\nf,1b,1e9,t,5,acc,0.6,100,0.25\n',
    ),
  ]);
  expect(curves).toHaveLength(2);
  expect(curves[0]).toMatchObject({ family: 'f', task: 't', shots: 0, metric: 'acc', higherIsBetter: true });
  expect(curves[0]?.points[1]).toMatchObject({ scale: '1b', nParams: 1e9, value: 0.5, n: 100, stderr: null });
});

test('rows that name items are samples: counted, averaged and kept', async () => {
  const rows = ['a', 'b'].flatMap((item, i) =>
    ['1m', '1b'].map((scale, j) =>
      JSON.stringify({ scale, task: 't', metric: 'acc', item, cluster: 'c', value: (i + j) % 2 }),
    ),
  );
  const [curve] = await readCurves([file('items.jsonl', `${rows.join('\n')}\n`)]);
  expect(curve?.points).toHaveLength(2);
  expect(curve?.points[0]).toMatchObject({ value: 0.5, n: 2, nParams: 1e6 });
  expect(curve?.points[0]?.items).toEqual([
    { item: 'a', cluster: 'c', value: 0 },
    { item: 'b', cluster: 'c', value: 1 },
  ]);
});

test('lm-eval results of versions 0.2 and 0.4 are read alike', async () => {
  const old = file(
    '70m_step143000.json',
    '{"results": {"arc_easy": {"acc": 0.374, "acc_stderr": 0.0099}, "lambada": {"ppl": NaN}}, "versions": {"arc_easy": 0}, "config": {"model_args": "pretrained=EleutherAI/pythia-70m,revision=main", "num_fewshot": 0}}',
  );
  const recent = file(
    'results_2024.json',
    JSON.stringify({
      results: {
        arc_easy: { alias: 'arc_easy', 'acc,none': 0.521, 'acc_stderr,none': 0.01 },
        g: { 'acc,none': 1 },
      },
      groups: { g: {} },
      'n-shot': { arc_easy: 0 },
      'n-samples': { arc_easy: { original: 2376, effective: 2376 } },
      config: { model_num_parameters: 405334016 },
      model_name: 'EleutherAI/pythia-410m',
    }),
  );
  const [curve, ...others] = await readCurves([old, recent]);
  expect(others).toEqual([]);
  expect(curve).toMatchObject({ family: 'pythia', task: 'arc_easy', metric: 'acc' });
  expect(curve?.points.map(({ nParams, value, n }) => [nParams, value, n])).toEqual([
    [70e6, 0.374, null],
    [405334016, 0.521, 2376],
  ]);
});

test('BIG-bench score files give their preferred metric with its low score as chance', async () => {
  const scores = {
    model: { model_family: 'BIG-G T=0', model_name: '2m', total_params: 5e6, non_embedding_params: 2098048 },
    scores: [
      {
        score_dict: { exact_str_match: 0.1, bleu: 3 },
        preferred_score: 'exact_str_match',
        number_of_shots: 2,
        subtask_description: 'sub',
        low_score: 0,
      },
      {
        score_dict: { normalized_aggregate_score: 9 },
        preferred_score: 'normalized_aggregate_score',
        number_of_shots: 2,
      },
    ],
  };
  const [curve, ...others] = await readCurves([file('scores_BIG-G_T=0_2m.json', JSON.stringify(scores))]);
  expect(others).toEqual([]);
  expect(curve).toMatchObject({
    family: 'BIG-G T=0',
    task: 'task: sub',
    shots: 2,
    metric: 'exact_str_match',
  });
  expect(curve?.points[0]).toMatchObject({ value: 0.1, chance: 0, nParamsNonEmbedding: 2098048 });
});

test.each([
  ['no.csv', 'scale,task\n1m,t\n', /columns `value`/],
  ['bad.csv', 'scale,task,value\n1m,t,high\n', /row 2.*"high"/],
  ['nosize.csv', 'scale,task,value\nsmall,t,0.5\n', /parameters of "small"/],
  ['empty.csv', 'scale,task,value\n', /rows/],
  ['other.json', '{"a": 1}', /lm-eval results/],
  ['broken.json', '{', /JSON/],
])('%s is refused with the reason', async (name, content, message) => {
  await expect(readCurves([file(name, content)])).rejects.toThrow(message);
});

test('curves whose prompts differ are not joined', async () => {
  const table = 'scale,task,value,prompt\n1m,t,0.5,a\n1b,t,0.6,b\n';
  await expect(readCurves([file('mixed.csv', table)])).rejects.toThrow(/asked differently/);
  await expect(readCurves(['/nowhere.csv'])).rejects.toThrow(/there is none/);
});

test('sizes and families are read from names', () => {
  expect(['pythia-1.4b', 'opt-125m-v2', 'scalesweep-28k', 'gpt2'].map(sizeInName)).toEqual([
    1.4e9,
    125e6,
    28e3,
    null,
  ]);
  expect(scaleInName('pythia-1.4b-deduped')).toBe('1.4b');
  expect(familyInName('EleutherAI/pythia-1.4b-deduped')).toBe('pythia-deduped');
  expect(familyInName('gpt2')).toBe('gpt2');
});
