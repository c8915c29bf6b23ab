import { join, resolve } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { FileSource } from '../../src/onnx/byte-source.js';
import { leanModel } from '../../src/onnx/lean/lean-model.js';
import { liveNodes } from '../../src/onnx/program/live-nodes.js';
import { readModel } from '../../src/onnx/read-model.js';

// Decoders of transformers in both of torch's forms, made by test/oracles/make_transformers_exports.py.
const EXPORTS = resolve(import.meta.dirname, '../fixtures/models/transformers');
const ARCHITECTURES = ['llama', 'qwen3', 'neox', 'phi'];
const FORMS = ['script', 'dynamo'];
const CASES = ARCHITECTURES.flatMap((architecture) => FORMS.map((form) => [architecture, form] as const));

/** Of a model of one layer: its queries and keys are rotated; root-mean-square norms it has so many. */
const NORMS: Readonly<Record<string, number>> = { llama: 3, qwen3: 5, neox: 0, phi: 0 };
const HEADS: Readonly<Record<string, number>> = { llama: 2, qwen3: 2, neox: 4, phi: 4 };
const [ROWS, PAST, STEPS, VOCABULARY] = [2, 3, 4, 257];

function leanOf(file: string) {
  using source = new FileSource(file);
  const model = readModel(source);
  const lean = leanModel(model, source, 'position_ids');
  const outputs = model.graph.outputs.map(({ name }) => name);
  const operators = liveNodes(lean.model.graph, outputs).map(({ opType }) => opType);
  const all = liveNodes(model.graph, outputs).length;
  return { bytes: lean.source.bytes(0, lean.source.size), operators, all };
}

function count(operators: readonly string[], wanted: string): number {
  return operators.filter((operator) => operator === wanted).length;
}

test.each(CASES)(
  'rotations and norms of transformers become one node each: %s by %s',
  (architecture, form) => {
    const { operators, all } = leanOf(join(EXPORTS, architecture, `${form}.onnx`));
    expect(count(operators, 'RotaryEmbedding')).toBe(2);
    expect(count(operators, 'SimplifiedLayerNormalization')).toBe(NORMS[architecture]);
    expect([count(operators, 'Sin'), count(operators, 'Neg')]).toEqual([1, 0]);
    expect(operators.length).toBeLessThan(all - 10);
  },
);

/** Two rows behind a cache, one of them padded and at positions of its own. */
function feedsOf(heads: number): Record<string, Tensor> {
  const wave = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  const integers = (values: readonly number[]): Tensor =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), [ROWS, values.length / ROWS]);
  const cache = (): Tensor => new Tensor('float32', wave(ROWS * heads * PAST * 8), [ROWS, heads, PAST, 8]);
  return {
    input_ids: integers(Array.from({ length: ROWS * STEPS }, (_, index) => (index * 37) % VOCABULARY)),
    attention_mask: integers([1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1]),
    position_ids: integers([3, 4, 5, 6, 1, 2, 3, 9]),
    'past_key_values.0.key': cache(),
    'past_key_values.0.value': cache(),
  };
}

test.each(CASES)('a lean model gives what the export gives: %s by %s', async (architecture, form) => {
  const file = join(EXPORTS, architecture, `${form}.onnx`);
  const folder = { model_external_initializers_file_folder_path: join(EXPORTS, architecture) };
  const options = { logSeverityLevel: 4 } as const;
  const sessions = [
    await InferenceSession.create(file, options),
    await InferenceSession.create(leanOf(file).bytes, { ...options, extra: { session: folder } }),
  ];
  const feeds = feedsOf(HEADS[architecture] ?? 0);
  const [exported, lean] = await Promise.all(sessions.map((session) => session.run(feeds)));
  for (const name of ['logits', 'present.0.key', 'present.0.value']) {
    const [expected, given] = [exported, lean].map((outputs) => outputs?.[name]?.data as Float32Array);
    expect(given).toHaveLength(expected?.length ?? 0);
    const worst = expected?.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (given?.[i] ?? 9))),
      0,
    );
    expect(worst).toBeLessThan(2e-5);
  }
});
