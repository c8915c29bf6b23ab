import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadFamily } from '../../src/catalog/load-family.js';
import { goldensOf, TINY } from '../helpers/tiny-jobs.js';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'family-'));
  cpSync(TINY, directory, { recursive: true });
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('a directory of model directories is a family in order of size', async () => {
  const { name, models } = await loadFamily(TINY);
  expect(name).toBe('tiny');
  expect(models.map((model) => [model.name, model.nParams])).toEqual([
    ['small', goldensOf('small').nParams],
    ['large', goldensOf('large').nParams],
  ]);
  expect(models[0]?.files).toEqual({ fp32: join(TINY, 'small/model.onnx') });
  expect(models[0]?.tokenizerFile).toBe(join(TINY, 'small/tokenizer.json'));
});

test('a model directory is a family of one', async () => {
  const { models } = await loadFamily(join(TINY, 'small'));
  expect(models.map(({ name }) => name)).toEqual(['small']);
});

test('family.json names scales and says what the graph does not', async () => {
  const scales = [
    { path: 'small', name: 'b', seed: 1, trainingTokens: 1e6, nParams: 5 },
    { path: 'large', name: 'a', seed: 0, nParams: 5, notes: 'of note' },
  ];
  writeFileSync(join(directory, 'family.json'), JSON.stringify({ name: 'named', scales }));
  const { name, models } = await loadFamily(directory);
  expect(name).toBe('named');
  expect(models.map((model) => [model.name, model.nParams, model.seed, model.trainingTokens])).toEqual([
    ['a', 5, 0, null],
    ['b', 5, 1, 1e6],
  ]);
});

test('siblings of other precisions are found under the names of transformers.js', async () => {
  mkdirSync(join(directory, 'small/onnx'));
  cpSync(join(directory, 'small/model.onnx'), join(directory, 'small/onnx/model_q4f16.onnx'));
  cpSync(join(directory, 'small/model.onnx'), join(directory, 'small/onnx/model_quantized.onnx'));
  const { models } = await loadFamily(join(directory, 'small'));
  expect(Object.keys(models[0]?.files ?? {}).sort()).toEqual(['fp32', 'q4f16', 'q8']);
});

const refusals: readonly (readonly [what: string, harm: () => void, sentence: RegExp])[] = [
  [
    'that does not exist',
    () => rmSync(directory, { recursive: true }),
    /^Expected .* but there is no such directory\.$/,
  ],
  [
    'without a model',
    () => {
      rmSync(join(directory, 'small'), { recursive: true });
      rmSync(join(directory, 'large'), { recursive: true });
    },
    /^Expected a model in .* but there is none of model\.onnx, onnx\/model\.onnx, .*decoder_model\.onnx\.$/,
  ],
  [
    'with a truncated model.onnx',
    () => {
      const file = join(directory, 'small/model.onnx');
      writeFileSync(file, readFileSync(file).subarray(0, 20_000));
    },
    /^Expected .*small\/model\.onnx to be a whole ONNX model, but it is truncated/,
  ],
  [
    'without tokenizer.json',
    () => rmSync(join(directory, 'small/tokenizer.json')),
    /^Expected tokenizer\.json beside the model in .*small/,
  ],
  [
    'without config.json',
    () => rmSync(join(directory, 'large/config.json')),
    /^Expected config\.json beside the model in .*large/,
  ],
  [
    'whose config.json is no JSON',
    () => writeFileSync(join(directory, 'large/config.json'), '{'),
    /^Expected .*large\/config\.json to be JSON/,
  ],
  [
    'whose family.json has an unknown field',
    () => writeFileSync(join(directory, 'family.json'), '{"scales":[{"path":"small","params":3}]}'),
    /^Expected .*family\.json to list the scales of a family, but scales\.0: .*params/,
  ],
  [
    'whose family.json names two scales alike',
    () =>
      writeFileSync(
        join(directory, 'family.json'),
        '{"scales":[{"path":"small","name":"x"},{"path":"large","name":"x"}]}',
      ),
    /^Expected every scale in .*family\.json to have a name of its own, but x stands there twice\.$/,
  ],
];

test.each(refusals)('a family %s is refused with one sentence', async (_what, harm, sentence) => {
  harm();
  const loading = loadFamily(directory);
  mkdirSync(directory, { recursive: true });
  await expect(loading).rejects.toThrow(sentence);
  await expect(loading).rejects.toHaveProperty('name', 'SweepError');
});
