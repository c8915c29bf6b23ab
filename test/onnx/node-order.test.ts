import { expect, test } from 'vitest';
import { memorySource } from '../../src/onnx/byte-source.js';
import { encodeModel, encodeNode, type NodeSpec } from '../../src/onnx/encode-model.js';
import { bytesField } from '../../src/onnx/encode-wire.js';
import { readModel } from '../../src/onnx/read-model.js';

/** The outputs of a graph's nodes in the order in which they are read. */
function read(nodes: readonly NodeSpec[]): string[] {
  const graph = { name: 'graph', inputs: [], outputs: [], initializers: [], nodes };
  const bytes = encodeModel({ opsets: { '': 17 }, metadata: {}, graph });
  return readModel(memorySource('model.onnx', bytes)).graph.nodes.flatMap(({ outputs }) => outputs);
}

const node = (output: string, ...inputs: string[]): NodeSpec => ({
  op: 'Add',
  name: '',
  inputs,
  outputs: [output],
});

test('nodes that are in order stay as they are', () => {
  expect(read([node('b', 'x'), node('a', 'x'), node('c', 'b', 'a')])).toEqual(['b', 'a', 'c']);
});

test('a node comes after what it takes, wherever that was written', () => {
  expect(
    read([node('a', 'late'), node('b', 'a', 'later'), node('later', 'late'), node('late', 'x')]),
  ).toEqual(['late', 'a', 'later', 'b']);
});

test('a node comes after what a graph inside it takes', () => {
  const inner = bytesField(1, encodeNode(node('in', 'late')));
  const branch = { ...node('a', 'x'), op: 'If', attributes: { then_branch: { graph: inner } } };
  expect(read([branch, node('late', 'x')])).toEqual(['late', 'a']);
});

test('nodes in a circle are left to onnxruntime', () => {
  expect(read([node('a', 'b'), node('b', 'a')])).toEqual(['a', 'b']);
});
