import { expect, test } from 'vitest';
import { memorySource } from '../../src/onnx/byte-source.js';
import { decoderSignature } from '../../src/onnx/decoder-signature.js';
import { encodeModel, type NodeSpec, type TensorType } from '../../src/onnx/encode-model.js';
import { obstacle } from '../../src/onnx/program/write-program.js';
import { readModel } from '../../src/onnx/read-model.js';
import { value } from '../helpers/graph-parts.js';

interface Ports {
  readonly mask?: TensorType;
  readonly past?: string;
  readonly present?: string;
  readonly positions?: string | number;
  readonly nodes?: readonly NodeSpec[];
}

/** A decoder's inputs and outputs, with nothing between as a rule. */
function decoder({
  mask = 'int64',
  past = 'past_key_values.0.key',
  present = 'present.0.key',
  positions = 's',
  nodes = [],
}: Ports = {}) {
  const bytes = encodeModel({
    opsets: { '': 17 },
    metadata: {},
    graph: {
      name: 'decoder',
      inputs: [
        value('input_ids', 'int64', ['b', 's']),
        value('attention_mask', mask, ['b', 't']),
        value(past, 'float32', ['b', 2, 'p', 8]),
      ],
      outputs: [
        value('logits', 'float32', ['b', positions, 257]),
        value(present, 'float32', ['b', 2, 't', 8]),
      ],
      initializers: [],
      nodes,
    },
  });
  return readModel(memorySource('model.onnx', bytes));
}

test('a cache that comes out cut forgets, and serves neither shared passes nor a loop', () => {
  const ends = ['start', 'end', 'axis'];
  const slice = { op: 'Slice', name: '', inputs: ['all', ...ends], outputs: ['present.0.key'] };
  const cut = decoder({ nodes: [slice] });
  expect([decoder(), cut].map((model) => decoderSignature(model).cacheForgets)).toEqual([false, true]);
  const reasons = (['score', 'shared', 'generate', 'step'] as const).map((kind) =>
    obstacle(cut, decoderSignature(cut), kind),
  );
  expect(reasons[0]).toBeNull();
  expect(new Set(reasons.slice(1))).toEqual(
    new Set(['its cache holds the last tokens only, where what follows goes by all of them']),
  );
});

test.each([
  ['past_key_values.0.key', 'present.0.key'],
  ['past.0.key', 'present.0.key'],
  ['past_key_0', 'present_key_0'],
  ['past_key_values.0.key', 'present_key_values.0.key'],
])('a cache goes in as %s and comes out as %s', (past, present) => {
  expect(decoderSignature(decoder({ past, present })).cache).toMatchObject([{ past, present }]);
});

test('a mask of another type than integers is refused in a sentence', () => {
  expect(() => decoderSignature(decoder({ mask: 'bool' }))).toThrow(
    'it has attention_mask of type bool, where int64 or int32 can be used',
  );
});

test('what gives the logits of the last position only gets no program that scores', () => {
  const model = decoder({ positions: 1 });
  expect(obstacle(model, decoderSignature(model), 'score')).toContain('of the last position only');
  expect(obstacle(decoder(), decoderSignature(decoder()), 'score')).toBeNull();
});
