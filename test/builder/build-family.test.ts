import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildFamily, styleFor, type BuiltModel } from '../../src/builder/build-family.js';
import { formatCount, parseScales } from '../../src/builder/scale-label.js';
import { loadFamily } from '../../src/catalog/load-family.js';

async function built(directory: string, params: string): Promise<BuiltModel[]> {
  const family = {
    architecture: 'llama',
    scales: parseScales(params),
    precisions: ['fp32', 'q4'],
    style: 'auto',
    vocabulary: 300,
    context: 64,
    seed: 0,
  } as const;
  const models: BuiltModel[] = [];
  for await (const model of buildFamily(directory, family)) models.push(model);
  return models;
}

test('a built family is a family that the catalog loads, its counts those of the graphs', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'family-'));
  const models = await built(directory, '100k,300k');
  expect(models.map(({ precision }) => precision)).toEqual(['fp32', 'q4', 'fp32', 'q4']);
  const family = await loadFamily(directory);
  expect(family.models.map(({ name }) => name)).toEqual(['llama-100k', 'llama-300k']);
  expect(family.models.map(({ files }) => Object.keys(files))).toEqual([
    ['fp32', 'q4'],
    ['fp32', 'q4'],
  ]);
});

test('a scale built later joins family.json, one built again replaces itself', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'family-'));
  await built(directory, '100k');
  await built(directory, '300k,100k');
  const { scales } = JSON.parse(readFileSync(join(directory, 'family.json'), 'utf8')) as {
    scales: { path: string }[];
  };
  expect(scales.map(({ path }) => path)).toEqual(['llama-300k', 'llama-100k']);
});

test.each([
  ['10m', 1e7],
  ['1.5B', 1.5e9],
  ['350000', 350_000],
  ['70k', 70_000],
])('%s is read as a count', (text, nParams) => {
  expect(parseScales(text)).toEqual([{ label: text.toLowerCase(), nParams }]);
});

test.each(['', '10x', '-1m', '1m,', 'm'])('%j is no count', (text) => {
  expect(() => parseScales(text)).toThrow('Expected parameter counts such as 10m,1.5b in --params');
});

test('counts are shown with three digits', () => {
  expect([124_439_808, 7_241_732_096, 999_000].map(formatCount)).toEqual(['124M', '7.24B', '999k']);
});

test('auto means standard operators, except where they cannot', () => {
  expect((['fp32', 'fp16', 'int8', 'q4', 'q4f16'] as const).map((name) => styleFor('auto', name))).toEqual([
    'portable',
    'portable',
    'portable',
    'fused',
    'fused',
  ]);
});
