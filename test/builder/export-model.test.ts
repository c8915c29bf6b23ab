import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportModel } from '../../src/builder/export-model.js';
import { Decoder, largestDifference } from './run-decoder.js';

const CHECKPOINTS = join(import.meta.dirname, '../fixtures/builder/checkpoints');

interface Answer {
  readonly ids: number[];
  readonly logits: number[][];
  readonly greedy: number[];
}

const ANSWERS = Object.entries(
  JSON.parse(readFileSync(join(CHECKPOINTS, 'answers.json'), 'utf8')) as Record<string, Answer>,
);

const directory = (): string => mkdtempSync(join(tmpdir(), 'export-'));

/** A copy of a checkpoint whose config.json has other values. */
function changed(name: string, values: Record<string, unknown>): string {
  const copy = directory();
  cpSync(join(CHECKPOINTS, name), copy, { recursive: true });
  const path = join(copy, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...config, ...values }));
  return copy;
}

const fp32 = { precision: 'fp32', style: 'portable' } as const;

for (const style of ['portable', 'fused'] as const) {
  test.each(ANSWERS)(
    `%s, ${style}: logits and greedy text are those of transformers`,
    async (name, { ids, logits, greedy }) => {
      const from = join(CHECKPOINTS, name);
      const { file } = await exportModel(directory(), { from, precision: 'fp32', style });
      const decoder = await Decoder.open(file);
      expect(largestDifference(await decoder.logits(ids), logits)).toBeLessThan(1e-4);
      expect(await decoder.greedy(ids, greedy.length)).toEqual(greedy);
    },
  );
}

test('every precision of an exported checkpoint opens and stays near', async () => {
  const [, answer] = ANSWERS.find(([name]) => name === 'gpt2') ?? [];
  const target = directory();
  for (const [precision, bound] of [
    ['fp16', 0.1],
    ['int8', 1],
    ['q4', 8],
    ['q4f16', 8],
  ] as const) {
    const request = { from: join(CHECKPOINTS, 'gpt2'), precision, style: 'fused' } as const;
    const decoder = await Decoder.open((await exportModel(target, request)).file);
    const difference = largestDifference(await decoder.logits(answer?.ids ?? []), answer?.logits ?? []);
    expect(difference, precision).toBeLessThan(bound);
  }
});

test('tokenizer and configuration come along', async () => {
  const target = directory();
  const from = changed('llama', {});
  writeFileSync(join(from, 'chat_template.jinja'), '{{ messages }}');
  writeFileSync(join(from, 'tokenizer_config.json'), '{"chat_template": "{{ messages }}"}');
  await exportModel(target, { from, ...fp32 });
  const beside = ['tokenizer_config.json', 'generation_config.json', 'chat_template.jinja'];
  for (const name of ['config.json', 'tokenizer.json', ...beside]) {
    expect(readFileSync(join(target, name), 'utf8')).toBe(readFileSync(join(from, name), 'utf8'));
  }
});

test('an unknown architecture is refused by name', async () => {
  const from = changed('llama', { model_type: 'mamba' });
  await expect(exportModel(directory(), { from, ...fp32 })).rejects.toThrow(
    /Expected an architecture among llama, .*, opt in .*config\.json, got model_type "mamba"/,
  );
});

test.each([
  ['opt', { do_layer_norm_before: false }, 'got do_layer_norm_before = false'],
  ['opt', { word_embed_proj_dim: 16 }, 'got word_embed_proj_dim = 16'],
  ['gpt2', { activation_function: 'tanh' }, 'got activation_function = "tanh"'],
  [
    'llama',
    { rope_parameters: { rope_type: 'yarn', factor: 4 } },
    'got rope_parameters = {"rope_type":"yarn"',
  ],
  ['llama', { hidden_size: 'wide' }, 'Expected `hidden_size` to be a positive whole number'],
  ['llama', { vocab_size: 41 }, 'has dimensions [40, 32] where config.json makes it [41, 32]'],
  ['llama', { num_hidden_layers: 3 }, 'its weights lack model.layers.2.'],
])('%s with %o is refused', async (name, values, message) => {
  const from = changed(name, values);
  await expect(exportModel(directory(), { from, ...fp32 })).rejects.toThrow(message);
});

test('a truncated, a foreign and a missing checkpoint are refused with the file', async () => {
  const truncated = changed('llama', {});
  truncateSync(join(truncated, 'model.safetensors'), 5000);
  await expect(exportModel(directory(), { from: truncated, ...fp32 })).rejects.toThrow('it ends before byte');
  const foreign = changed('llama', {});
  writeFileSync(join(foreign, 'model.safetensors'), 'PK\u0003\u0004 no safetensors at all');
  await expect(exportModel(directory(), { from: foreign, ...fp32 })).rejects.toThrow(
    'its header has no possible length',
  );
  const missing = changed('llama', {});
  rmSync(join(missing, 'model.safetensors'));
  await expect(exportModel(directory(), { from: missing, ...fp32 })).rejects.toThrow(
    'Expected model.safetensors or model.safetensors.index.json',
  );
  const bare = changed('llama', {});
  rmSync(join(bare, 'tokenizer.json'));
  await expect(exportModel(directory(), { from: bare, ...fp32 })).rejects.toThrow('Expected tokenizer.json');
});
