import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { FileSource, memorySource } from '../../src/onnx/byte-source.js';
import { decoderSignature } from '../../src/onnx/decoder-signature.js';
import { encodeModel } from '../../src/onnx/encode-model.js';
import { GraphView } from '../../src/onnx/lean/graph-view.js';
import { leanModel } from '../../src/onnx/lean/lean-model.js';
import { headTail, rowTail } from '../../src/onnx/program/row-tail.js';
import { readModel } from '../../src/onnx/read-model.js';
import { node, value } from '../helpers/graph-parts.js';
import { TINY } from '../helpers/tiny-jobs.js';

const SNOWFLAKE = resolve(import.meta.dirname, '../../models/snowflake/snowflake-33k-seed0/onnx/model.onnx');

// Output, gate, up, down and the head; the shipped family makes gate and up in one.
test.each([
  ['torch', join(TINY, 'large/model.onnx'), 5],
  ['the shipped family', SNOWFLAKE, 4],
])(
  'of models by %s, the products behind the last attention are made for the wanted rows alone',
  (_, file, nProducts) => {
    using source = new FileSource(file);
    const model = readModel(source);
    const signature = decoderSignature(model);
    const lean = leanModel(model, source, 'position_ids');
    const { inputs, nodes } = rowTail(new GraphView(lean.model.graph, lean.source), signature);
    // What attention gives, and the residual stream before the last layer.
    expect(inputs).toHaveLength(2);
    const products = nodes.filter(({ opType }) => opType === 'MatMul');
    expect(products).toHaveLength(nProducts);
    expect(nodes.some(({ opType }) => opType === 'Softmax')).toBe(false);
    expect(headTail(lean.model.graph, signature).nodes).toEqual([products.at(-1)]);
  },
);

interface Change {
  /** The small constant that a product is scaled by. */
  readonly scale: readonly number[];
  readonly residual: string;
  readonly operator: string;
  readonly shown: readonly string[];
}
const PLAIN: Change = { scale: [4], residual: 'states', operator: 'Tanh', shown: [] };

/** ids -> states -> softmax along the sequence -> product, scaled, through an operator, plus the residual -> head. */
function decoder(change: Partial<Change>): readonly string[] {
  const { scale, residual, operator, shown } = { ...PLAIN, ...change };
  const floats = (name: string, dims: readonly number[]) => ({
    name,
    type: 'float32' as const,
    dims,
    content: { raw: new Uint8Array(4 * dims.reduce((a, b) => a * b, 1)) },
  });
  const bytes = encodeModel({
    opsets: { '': 17 },
    metadata: {},
    graph: {
      name: 'decoder',
      initializers: [
        floats('table', [9, 4]),
        floats('w', [4, 4]),
        floats('scale', scale),
        floats('head', [4, 9]),
      ],
      inputs: [value('input_ids', 'int64', ['b', 's'])],
      outputs: [
        value('logits', 'float32', ['b', 's', 9]),
        ...shown.map((name) => value(name, 'float32', ['b', 's', 4])),
      ],
      nodes: [
        node('Gather', ['table', 'input_ids'], 'states'),
        node('Softmax', ['states'], 'mixed', { attributes: { axis: { int: 1 } } }),
        node('ReduceMean', ['states'], 'mean', { attributes: { axes: { ints: [1] } } }),
        node('MatMul', ['mixed', 'w'], 'product'),
        node('Mul', ['product', 'scale'], 'scaled'),
        node(
          operator,
          ['scaled'],
          'bent',
          operator === 'Softmax' ? { attributes: { axis: { int: 1 } } } : {},
        ),
        node('Add', ['bent', residual], 'sum'),
        node('MatMul', ['sum', 'head'], 'logits'),
      ],
    },
  });
  const source = memorySource('decoder', bytes);
  const model = readModel(source);
  const tail = rowTail(new GraphView(model.graph, source), decoderSignature(model));
  return [...tail.inputs, ...tail.nodes.map(({ opType }) => opType)];
}

test('rows are picked where something else than the tail begins', () => {
  expect(decoder({})).toEqual(['mixed', 'states', 'MatMul', 'Mul', 'Tanh', 'Add', 'MatMul']);
  // Part of it is asked for as it is.
  expect(decoder({ shown: ['scaled'] })).toEqual(['scaled', 'states', 'Tanh', 'Add', 'MatMul']);
  // A table of rows of its own, and an operator along the sequence.
  expect(decoder({ scale: [1, 1, 4] })).toEqual(['scaled', 'states', 'Tanh', 'Add', 'MatMul']);
  expect(decoder({ operator: 'Softmax' })).toEqual(['sum', 'MatMul']);
  // What is added has no row for every token.
  expect(decoder({ residual: 'mean' })).toEqual(['sum', 'MatMul']);
});
