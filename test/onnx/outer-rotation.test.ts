import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { decoderSignature } from '../../src/onnx/decoder-signature.js';
import type { Graph, Node } from '../../src/onnx/graph.js';
import { canBeTold, countsInAttention } from '../../src/onnx/lean/outer-rotation.js';
import { takesPadding } from '../../src/onnx/lean/padded-attention.js';
import { readModelFile } from '../../src/onnx/read-model.js';

const PACKED = readModelFile(resolve(import.meta.dirname, '../fixtures/models/variants/packed.onnx'));
const SIGNATURE = decoderSignature(PACKED);

const withGraph = (change: Partial<Graph>) => ({ ...PACKED, graph: { ...PACKED.graph, ...change } });
const withAttention = (change: (node: Node) => Partial<Node>) =>
  withGraph({
    nodes: PACKED.graph.nodes.map((node) =>
      node.opType === 'GroupQueryAttention' ? { ...node, ...change(node) } : node,
    ),
  });

test('attention that rotates by columns can be told positions and padding', () => {
  expect(countsInAttention(PACKED)).toBe(true);
  expect(canBeTold(PACKED, SIGNATURE)).toBe(true);
  expect(takesPadding(PACKED, SIGNATURE)).toBe(true);
});

test('attention that does not rotate, or is given positions, is told nothing', () => {
  expect(countsInAttention(withAttention(() => ({ attributes: [] })))).toBe(false);
  expect(
    countsInAttention(withAttention(({ inputs }) => ({ inputs: [...inputs.slice(0, 9), 'positions'] }))),
  ).toBe(false);
});

test('padding is for a mask of its own, a rotation of whole heads, and a mask that no inner graph takes', () => {
  const masked = withAttention(({ inputs }) => ({ inputs: [...inputs.slice(0, 9), '', 'mask'] }));
  expect(canBeTold(masked, SIGNATURE)).toBe(false);
  const initializers = PACKED.graph.initializers.map((tensor) =>
    tensor.name === 'cos' ? { ...tensor, dims: [64, 4] } : tensor,
  );
  expect(canBeTold(withGraph({ initializers }), SIGNATURE)).toBe(false);
  const inner = {
    ...PACKED.graph,
    nodes: [{ ...(PACKED.graph.nodes[0] as Node), inputs: ['attention_mask'] }],
  };
  const attribute = {
    name: 'then_branch',
    int: null,
    text: null,
    ints: [],
    tensor: null,
    graph: inner,
    start: 0,
    end: 0,
  };
  const branch = { ...(PACKED.graph.nodes[0] as Node), opType: 'If', inputs: [], attributes: [attribute] };
  expect(takesPadding(withGraph({ nodes: [branch, ...PACKED.graph.nodes] }), SIGNATURE)).toBe(false);
});
