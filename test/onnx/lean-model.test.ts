import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { FileSource, memorySource } from '../../src/onnx/byte-source.js';
import { encodeModel, type NodeSpec } from '../../src/onnx/encode-model.js';
import { leanModel } from '../../src/onnx/lean/lean-model.js';
import { liveNodes } from '../../src/onnx/program/live-nodes.js';
import { readModel } from '../../src/onnx/read-model.js';
import { TINY } from '../helpers/tiny-jobs.js';

const SNOWFLAKE = resolve(import.meta.dirname, '../../models/snowflake/snowflake-3k-seed0/onnx/model.onnx');

/** How often each operator is left among what the outputs need. */
function operators(file: string): Map<string, number> {
  using source = new FileSource(file);
  const { graph } = leanModel(readModel(source), source).model;
  const outputs = graph.outputs.map(({ name }) => name);
  const counts = new Map<string, number>();
  for (const { opType } of liveNodes(graph, outputs)) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return counts;
}

// One writes x * (1 / sqrt(mean(x * x) + e)) with axes as an attribute, the other pow(x, 2) and x / sqrt(...).
test.each([
  ['torch', join(TINY, 'large/model.onnx'), 2],
  ['the shipped family', SNOWFLAKE, 1],
])('the norms of models by %s become one node each', (_, file, layers) => {
  const counts = operators(file);
  expect(counts.get('SimplifiedLayerNormalization')).toBe(2 * layers + 1);
  expect(counts.get('ReduceMean')).toBeUndefined();
  expect(counts.get('Sqrt')).toBeUndefined();
});

interface NormParts {
  readonly axis: number;
  readonly squared: readonly [string, string];
  readonly keepdims: number;
  readonly weight: readonly number[];
}
const NORM: NormParts = { axis: -1, squared: ['x', 'x'], keepdims: 1, weight: [4] };

function norm(change: Partial<NormParts>): Uint8Array {
  const { axis, squared, keepdims, weight } = { ...NORM, ...change };
  const node = (op: string, inputs: readonly string[], output: string, more: object = {}): NodeSpec => ({
    op,
    inputs,
    outputs: [output],
    name: output,
    ...more,
  });
  const floats = (name: string, dims: readonly number[]) => ({
    name,
    type: 'float32' as const,
    dims,
    content: { raw: new Uint8Array(new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1e-5).buffer) },
  });
  const mean = { attributes: { axes: { ints: [axis] }, keepdims: { int: keepdims } } };
  return encodeModel({
    opsets: { '': 17 },
    metadata: {},
    graph: {
      name: 'norm',
      initializers: [floats('epsilon', []), floats('weight', weight)],
      inputs: ['x', 'other'].map((name) => ({ name, type: 'float32', dims: ['a', 'b', 4] })),
      outputs: [{ name: 'y', type: 'float32', dims: ['a', 'b', 4] }],
      nodes: [
        node('Mul', squared, 'square'),
        node('ReduceMean', ['square'], 'mean', mean),
        node('Add', ['mean', 'epsilon'], 'sum'),
        node('Sqrt', ['sum'], 'root'),
        node('Div', ['x', 'root'], 'scaled'),
        node('Mul', ['weight', 'scaled'], 'y'),
      ],
    },
  });
}

function isLeaner(bytes: Uint8Array): boolean {
  const source = memorySource('norm', bytes);
  const model = readModel(source);
  return leanModel(model, source).model !== model;
}

test('only what is a norm to the letter becomes one', () => {
  expect(isLeaner(norm({}))).toBe(true);
  expect(isLeaner(norm({ axis: -2 }))).toBe(false);
  expect(isLeaner(norm({ keepdims: 0 }))).toBe(false);
  expect(isLeaner(norm({ squared: ['x', 'other'] }))).toBe(false);
  expect(isLeaner(norm({ squared: ['other', 'other'] }))).toBe(false);
  expect(isLeaner(norm({ weight: [1] }))).toBe(false);
  expect(isLeaner(norm({ weight: [4, 4] }))).toBe(false);
});
