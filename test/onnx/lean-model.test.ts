import { join, resolve } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { FileSource, memorySource } from '../../src/onnx/byte-source.js';
import { encodeModel } from '../../src/onnx/encode-model.js';
import { leanModel } from '../../src/onnx/lean/lean-model.js';
import { liveNodes } from '../../src/onnx/program/live-nodes.js';
import { readModel } from '../../src/onnx/read-model.js';
import { node, value } from '../helpers/graph-parts.js';
import { TINY } from '../helpers/tiny-jobs.js';

const SNOWFLAKE = resolve(import.meta.dirname, '../../models/snowflake/snowflake-3k-seed0/onnx/model.onnx');

/** How often each operator is left among what the outputs need. */
function operators(file: string): Map<string, number> {
  using source = new FileSource(file);
  const { graph } = leanModel(readModel(source), source, 'position_ids').model;
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

// Torch computes the middle of a head, the shipped family joins halves and doubles its frequencies.
test.each([
  ['torch', join(TINY, 'large/model.onnx'), 2],
  ['the shipped family', SNOWFLAKE, 1],
])('queries and keys of models by %s are rotated by one node each', (_, file, layers) => {
  const counts = operators(file);
  expect(counts.get('RotaryEmbedding')).toBe(2 * layers);
  expect(counts.get('Neg')).toBeUndefined();
  expect(counts.get('Sin')).toBe(1);
});

interface RotationParts {
  readonly frequencies: readonly number[];
  readonly perm: readonly number[];
  readonly positions: string;
  readonly first: string;
  readonly joined: readonly string[];
  readonly factors: readonly string[];
}
const ROTATION: RotationParts = {
  frequencies: [1, 0.5],
  perm: [0, 2, 1, 3],
  positions: 'positions',
  first: 'Sub',
  joined: ['left', 'right'],
  factors: ['cos', 'sin', 'cos', 'sin'],
};

/** Heads of four numbers, a and b, as a cos - b sin and b cos + a sin. */
function rotation(change: Partial<RotationParts>): Uint8Array {
  const { frequencies, perm, positions, first, joined, factors } = { ...ROTATION, ...change };
  const tensor = (name: string, type: 'int64' | 'float32', values: readonly number[], dims: number[]) => {
    const typed = type === 'int64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values);
    return { name, type, dims, content: { raw: new Uint8Array(typed.buffer) } };
  };
  const [f1 = '', f2 = '', f3 = '', f4 = ''] = factors;
  return encodeModel({
    opsets: { '': 17 },
    metadata: {},
    graph: {
      name: 'rotation',
      initializers: [
        tensor('frequencies', 'float32', frequencies, [1, 1, 1, frequencies.length]),
        tensor('heads', 'int64', [0, 0, 2, 4], [4]),
        tensor('axes', 'int64', [1, 3], [2]),
      ],
      inputs: [
        value('x', 'float32', ['b', 's', 8]),
        value('positions', 'int64', ['b', 's']),
        value('others', 'int64', ['b', 's']),
      ],
      outputs: [value('y', 'float32', ['b', 2, 's', 4])],
      nodes: [
        node('Cast', [positions], 'float', { attributes: { to: { int: 1 } } }),
        node('Unsqueeze', ['float', 'axes'], 'apart'),
        node('Mul', ['apart', 'frequencies'], 'angles'),
        node('Cos', ['angles'], 'cos'),
        node('Sin', ['angles'], 'sin'),
        node('Reshape', ['x', 'heads'], 'cut'),
        node('Transpose', ['cut'], 'turned', { attributes: { perm: { ints: perm } } }),
        { ...node('Split', ['turned'], 'a', { attributes: { axis: { int: -1 } } }), outputs: ['a', 'b'] },
        node('Mul', ['a', f1], 'a1'),
        node('Mul', ['b', f2], 'b1'),
        node(first, ['a1', 'b1'], 'left'),
        node('Mul', [f3, 'b'], 'b2'),
        node('Mul', ['a', f4], 'a2'),
        node('Add', ['b2', 'a2'], 'right'),
        node('Concat', joined, 'y', { attributes: { axis: { int: -1 } } }),
      ],
    },
  });
}

test('only what is a rotation number by number becomes one', () => {
  expect(isLeaner(rotation({}))).toBe(true);
  expect(isLeaner(rotation({ first: 'Add' }))).toBe(false);
  expect(isLeaner(rotation({ joined: ['right', 'left'] }))).toBe(false);
  expect(isLeaner(rotation({ factors: ['sin', 'cos', 'sin', 'cos'] }))).toBe(false);
  expect(isLeaner(rotation({ factors: ['cos', 'cos', 'cos', 'cos'] }))).toBe(false);
  expect(isLeaner(rotation({ positions: 'others' }))).toBe(false);
  expect(isLeaner(rotation({ perm: [0, 2, 3, 1] }))).toBe(false);
  expect(isLeaner(rotation({ frequencies: [1, 0.5, 0.25] }))).toBe(false);
});

test('a rotation that became one gives the same numbers', async () => {
  const bytes = rotation({});
  const source = memorySource('rotation', bytes);
  const model = readModel(source);
  const lean = leanModel(model, source, 'positions').source;
  const feeds = {
    x: new Tensor(
      'float32',
      Float32Array.from({ length: 2 * 3 * 8 }, (_, index) => Math.sin(index)),
      [2, 3, 8],
    ),
    positions: new Tensor('int64', BigInt64Array.of(0n, 1n, 2n, 0n, 0n, 7n), [2, 3]),
    others: new Tensor('int64', new BigInt64Array(6), [2, 3]),
  };
  const [expected, given] = await Promise.all(
    [bytes, lean.bytes(0, lean.size)].map(async (graph) => {
      const session = await InferenceSession.create(graph, { logSeverityLevel: 4 });
      return (await session.run(feeds))['y']?.data as Float32Array;
    }),
  );
  expected?.forEach((number, index) => expect(given?.[index]).toBeCloseTo(number, 6));
  expect(given).toHaveLength(48);
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
  return leanModel(model, source, 'positions').model !== model;
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
