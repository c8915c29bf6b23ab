import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SweepError } from '../../src/errors.js';
import { memorySource } from '../../src/onnx/byte-source.js';
import { decoderSignature } from '../../src/onnx/decoder-signature.js';
import { countParameters } from '../../src/onnx/parameters.js';
import { readModel, readModelFile } from '../../src/onnx/read-model.js';
import { goldensOf, TINY } from '../helpers/tiny-jobs.js';

const FILE = join(TINY, 'large/model.onnx');
const bytes = readFileSync(FILE);

test('a graph is read with its inputs, outputs, nodes and weights, which stay in the file', () => {
  const { graph, opsets, sizeBytes } = readModelFile(FILE);
  expect(opsets.get('')).toBe(16);
  expect(sizeBytes).toBe(bytes.length);
  expect(graph.inputs.map(({ name }) => name).slice(0, 4)).toEqual([
    'input_ids',
    'attention_mask',
    'position_ids',
    'past_key_values.0.key',
  ]);
  expect(graph.inputs[3]).toMatchObject({ elementType: 'float32', dims: ['batch', 4, 'past', 4] });
  const table = graph.initializers.find(({ name }) => name === 'embed.weight');
  expect(table).toMatchObject({ dims: [257, 16], elementType: 'float32', external: null });
  expect((table?.end ?? 0) - (table?.start ?? 0)).toBeGreaterThan(257 * 16 * 4);
});

test('a decoder is recognised by its inputs and outputs', () => {
  expect(decoderSignature(readModelFile(FILE))).toMatchObject({
    inputIds: { name: 'input_ids', elementType: 'int64' },
    positionIds: { name: 'position_ids' },
    useCacheBranch: null,
    cache: [
      { past: 'past_key_values.0.key', present: 'present.0.key', dims: [null, 4, null, 4], sequenceAxis: 2 },
      { past: 'past_key_values.0.value' },
      { past: 'past_key_values.1.key' },
      { past: 'past_key_values.1.value' },
    ],
  });
});

test.each(['small', 'large'])('the parameters of the %s model are those that PyTorch counts', (model) => {
  const { total, nonEmbedding } = countParameters(readModelFile(join(TINY, model, 'model.onnx')), true);
  const { nParams } = goldensOf(model);
  expect(total).toBe(nParams);
  expect(nonEmbedding).toBe(nParams - 257 * (model === 'small' ? 8 : 16));
});

test('a file cut anywhere is refused with one sentence', () => {
  for (let length = 0; length < bytes.length; length += 97) {
    const cut = memorySource('cut.onnx', bytes.subarray(0, length));
    expect(() => readModel(cut), `${length} bytes`).toThrow(SweepError);
    expect(() => readModel(cut)).toThrow(
      /^Expected cut\.onnx to be a whole ONNX model, but .*; export or copy it again\.$/,
    );
  }
});

test('what is no protobuf is refused with one sentence', () => {
  const page = memorySource('page.onnx', Buffer.from('<html>404 not found</html>'.repeat(40)));
  expect(() => readModel(page)).toThrow(/^Expected page\.onnx to be a whole ONNX model, but it /);
});

test('random damage never ends in anything but a model or a SweepError', () => {
  let state = 7;
  const random = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state % below;
  };
  for (let round = 0; round < 300; round++) {
    const damaged = Uint8Array.from(bytes);
    for (let hit = 0; hit < 5; hit++) damaged[random(round < 150 ? 4000 : damaged.length)] = random(256);
    try {
      readModel(memorySource('damaged.onnx', damaged));
    } catch (error) {
      expect(error).toBeInstanceOf(SweepError);
    }
  }
});
