import { expect, test } from 'vitest';
import { memorySource } from '../../src/onnx/byte-source.js';
import { encodeModel, type NodeSpec } from '../../src/onnx/encode-model.js';
import { GraphView } from '../../src/onnx/lean/graph-view.js';
import { angleTable } from '../../src/onnx/lean/rotation-angles.js';
import { readModel } from '../../src/onnx/read-model.js';

/** `op(inputs) -> output`, with integers as attributes. */
type Step = readonly [
  op: string,
  inputs: string,
  output: string,
  attributes?: Record<string, number | number[]>,
];

const FLOAT = { to: 1 };
const HALF = { to: 10 };
const LAST = { axis: -1 };
const TURN = { perm: [0, 2, 1] };

// As transformers writes it: a column of frequencies times a row of positions, turned and doubled.
const TRANSFORMERS: readonly Step[] = [
  ['Expand', 'column shape', 'expanded'],
  ['Cast', 'expanded', 'again', FLOAT],
  ['Unsqueeze', 'positions one', 'row'],
  ['Cast', 'row', 'float', FLOAT],
  ['MatMul', 'again float', 'product'],
  ['Transpose', 'product', 'turned', TURN],
  ['Concat', 'turned turned', 'doubled', LAST],
  ['Cos', 'doubled', 'cos'],
  ['Mul', 'cos scale', 'scaled'],
  ['Cast', 'scaled', 'cast', FLOAT],
  ['Unsqueeze', 'cast one', 'out'],
];

/** The table that is found in these steps, with the one that gives `output` of a change in its place. */
function tableIn(...changes: readonly Step[]): ReturnType<typeof angleTable> {
  const steps = TRANSFORMERS.map((step) => changes.find(([, , output]) => output === step[2]) ?? step);
  const nodes = steps.map(([op, inputs, output, attributes = {}]): NodeSpec => ({
    op,
    inputs: inputs.split(' '),
    outputs: [output],
    name: output,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        typeof value === 'number' ? { int: value } : { ints: value },
      ]),
    ),
  }));
  const integers = (name: string, values: readonly bigint[]) => ({
    name,
    type: 'int64' as const,
    dims: [values.length],
    content: { raw: new Uint8Array(BigInt64Array.from(values).buffer) },
  });
  const floats = (name: string, values: readonly number[], dims: readonly number[]) => ({
    name,
    type: 'float32' as const,
    dims,
    content: { raw: new Uint8Array(Float32Array.from(values).buffer) },
  });
  const inputs = ['positions', 'others'].map((name) => ({ name, type: 'int64' as const, dims: ['b', 's'] }));
  const bytes = encodeModel({
    opsets: { '': 17 },
    metadata: {},
    graph: {
      name: 'angles',
      inputs,
      outputs: [],
      initializers: [
        floats('column', [1, 0.5], [1, 2, 1]),
        floats('line', [1, 0.5], [1, 1, 2]),
        floats('scale', [1.5], []),
        integers('shape', [1n, 1n, 1n]),
        integers('one', [1n]),
        integers('two', [2n]),
      ],
      nodes,
    },
  });
  const source = memorySource('angles', bytes);
  return angleTable(new GraphView(readModel(source).graph, source), 'out', 'positions');
}

test('cosines as transformers writes them are found with their frequencies and their factor', () => {
  expect(tableIn()).toEqual({
    name: 'out',
    of: 'Cos',
    frequencies: [1, 0.5],
    isDoubled: true,
    scale: 1.5,
    width: 4,
  });
  expect(tableIn(['Sin', 'doubled', 'cos'])).toMatchObject({ of: 'Sin' });
  expect(tableIn(['Identity', 'cos', 'scaled'])).toMatchObject({ scale: 1 });
  expect(tableIn(['Identity', 'turned', 'doubled'])).toMatchObject({ isDoubled: false, width: 2 });
});

test('only what is cosines of positions to the letter is a table', () => {
  const others: readonly (readonly Step[])[] = [
    [['Unsqueeze', 'others one', 'row']],
    [['Unsqueeze', 'positions two', 'row']],
    [['Cast', 'row', 'float', HALF]],
    [['Expand', 'line shape', 'expanded']],
    [['MatMul', 'float again', 'product']],
    [['Transpose', 'product', 'turned', { perm: [2, 1, 0] }]],
    [['Identity', 'product', 'turned']],
    [['Concat', 'turned turned', 'doubled', { axis: 1 }]],
    [['Concat', 'turned again', 'doubled', LAST]],
    [['Concat', 'turned turned turned', 'doubled', LAST]],
    [['Tan', 'doubled', 'cos']],
    [['Mul', 'cos line', 'scaled']],
    [['Mul', 'cos cos', 'scaled']],
    [['Add', 'cos scale', 'scaled']],
    [['Cast', 'scaled', 'cast', HALF]],
    [['Unsqueeze', 'cast two', 'out']],
    [['Identity', 'cast', 'out']],
  ];
  expect(others.map((changes) => tableIn(...changes))).toEqual(others.map(() => null));
});
