import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { buildModel, type SyntheticModel } from '../../src/builder/build-model.js';
import { FileSource, memorySource } from '../../src/onnx/byte-source.js';
import type { CacheTensor } from '../../src/onnx/decoder-signature.js';
import { decoderSignature } from '../../src/onnx/decoder-signature.js';
import { encodeModel, type NodeSpec } from '../../src/onnx/encode-model.js';
import { GraphView } from '../../src/onnx/lean/graph-view.js';
import { leanModel } from '../../src/onnx/lean/lean-model.js';
import { plainAttention } from '../../src/onnx/lean/plain-attention.js';
import { singleRowModel } from '../../src/onnx/lean/single-row.js';
import { liveNodes } from '../../src/onnx/program/live-nodes.js';
import { readModel } from '../../src/onnx/read-model.js';
import { TINY } from '../helpers/tiny-jobs.js';

const SNOWFLAKE = resolve(import.meta.dirname, '../../models/snowflake/snowflake-33k-seed0/onnx/model.onnx');

/** How often each operator is left for a single row; null where the attention is not recognised. */
function operators(file: string): Map<string, number> | null {
  using source = new FileSource(file);
  const exported = readModel(source);
  const single = singleRowModel(leanModel(exported, source, 'position_ids'), decoderSignature(exported));
  if (single === null) return null;
  const { graph } = single.model;
  const counts = new Map<string, number>();
  for (const { opType } of liveNodes(
    graph,
    graph.outputs.map(({ name }) => name),
  ))
    counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return counts;
}

test('attention of the shipped family, and of built models whose heads share keys, is one node a layer', async () => {
  const dimensions = { hidden: 64, layers: 2, heads: 4, kvHeads: 2, intermediate: 96, after: null };
  const size = { dimensions, vocabulary: 270, context: 32, seed: 1 };
  const wanted: SyntheticModel = { architecture: 'llama', style: 'portable', precision: 'fp32', ...size };
  const { file } = await buildModel(mkdtempSync(join(tmpdir(), 'scalesweep-single-')), wanted);
  for (const model of [SNOWFLAKE, file]) {
    const counts = operators(model);
    expect(counts?.get('GroupQueryAttention')).toBe(2);
    expect(counts?.get('RotaryEmbedding')).toBe(4);
    expect(counts?.get('Softmax')).toBeUndefined();
    expect(counts?.get('Transpose') ?? 0).toBeLessThan(2);
  }
});

test('attention that is written otherwise stays as it is', () => {
  expect(operators(join(TINY, 'large/model.onnx'))).toBeNull();
});

interface Change {
  readonly queryCut: readonly number[];
  readonly scoreCut: readonly number[];
  readonly mixedCut: readonly number[];
  readonly softmaxAxis: number;
  readonly cacheAxis: number;
  readonly keyPerm: readonly number[];
  readonly mixedPerm: readonly number[];
  readonly joined: readonly string[];
  readonly interleaved: number;
}
const PLAIN: Change = {
  queryCut: [0, 1, -1, 8],
  scoreCut: [0, 2, -1, 5],
  mixedCut: [0, 2, -1, 8],
  softmaxAxis: -1,
  cacheAxis: 2,
  keyPerm: [0, 1, 3, 2],
  mixedPerm: [0, 2, 1, 3],
  joined: ['past_k', 'k_rotated'],
  interleaved: 0,
};
const CACHE = ['k', 'v'].map((name): CacheTensor => ({
  past: `past_${name}`,
  present: `present_${name}`,
  elementType: 'float32',
  dims: [null, 1, null, 8],
  sequenceAxis: 2,
}));

/** Two heads of eight numbers that share a key. */
function isPlain(change: Partial<Change>): boolean {
  const given = { ...PLAIN, ...change };
  const node = (
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: NodeSpec['attributes'] = {},
    domain = '',
  ): NodeSpec => ({ op, inputs, outputs: [output], name: output, domain, attributes });
  const ints = (name: string, values: readonly number[]) => ({
    name,
    type: 'int64' as const,
    dims: [values.length],
    content: { raw: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) },
  });
  const scale = new Uint8Array(Float32Array.of(0.5).buffer);
  const value = (name: string) => ({ name, type: 'float32' as const, dims: ['b', 's', 16] });
  const turn = (perm: readonly number[]) => ({ perm: { ints: perm } });
  const rotate = (input: string, output: string): NodeSpec =>
    node(
      'RotaryEmbedding',
      [input, 'index', 'cos', 'sin'],
      output,
      { interleaved: { int: given.interleaved } },
      'com.microsoft',
    );
  const heads = (name: string, cut: string): NodeSpec[] => [
    node('Reshape', [name, cut], `${name}_cut`),
    node('Transpose', [`${name}_cut`], `${name}_heads`, turn([0, 2, 1, 3])),
  ];
  const bytes = encodeModel({
    opsets: { '': 17, 'com.microsoft': 1 },
    metadata: {},
    graph: {
      name: 'attention',
      initializers: [
        ints('two_heads', [0, 0, 2, 8]),
        ints('one_head', [0, 0, 1, 8]),
        ints('query_cut', given.queryCut),
        ints('score_cut', given.scoreCut),
        ints('share_cut', [0, 1, -1, 5]),
        ints('mixed_cut', given.mixedCut),
        ints('join', [0, 0, 16]),
        { name: 'scale', type: 'float32', dims: [], content: { raw: scale } },
      ],
      inputs: ['q', 'k', 'v', 'index', 'cos', 'sin', 'mask', 'past_k', 'past_v'].map(value),
      outputs: ['y', 'present_k', 'present_v'].map(value),
      nodes: [
        ...heads('q', 'two_heads'),
        ...heads('k', 'one_head'),
        ...heads('v', 'one_head'),
        rotate('q_heads', 'q_rotated'),
        rotate('k_heads', 'k_rotated'),
        node('Concat', given.joined, 'present_k', { axis: { int: given.cacheAxis } }),
        node('Concat', ['past_v', 'v_heads'], 'present_v', { axis: { int: 2 } }),
        node('Mul', ['q_rotated', 'scale'], 'q_scaled'),
        node('Reshape', ['q_scaled', 'query_cut'], 'q_grouped'),
        node('Transpose', ['present_k'], 'columns', turn(given.keyPerm)),
        node('MatMul', ['q_grouped', 'columns'], 'product'),
        node('Reshape', ['product', 'score_cut'], 'scores'),
        node('Add', ['scores', 'mask'], 'sum'),
        node('Softmax', ['sum'], 'shares', { axis: { int: given.softmaxAxis } }),
        node('Reshape', ['shares', 'share_cut'], 'shares_grouped'),
        node('MatMul', ['shares_grouped', 'present_v'], 'mixed'),
        node('Reshape', ['mixed', 'mixed_cut'], 'mixed_apart'),
        node('Transpose', ['mixed_apart'], 'mixed_rows', turn(given.mixedPerm)),
        node('Reshape', ['mixed_rows', 'join'], 'y'),
      ],
    },
  });
  const source = memorySource('attention', bytes);
  const view = new GraphView(readModel(source).graph, source);
  const last = view.producer('y');
  const found = last === null ? null : plainAttention(view, last, CACHE);
  if (found !== null)
    expect(found).toMatchObject({ heads: 2, keyHeads: 1, scale: 0.5, mask: 'mask', value: 'v' });
  return found !== null;
}

test('only what is attention to the letter becomes one', () => {
  expect(isPlain({})).toBe(true);
  expect(isPlain({ queryCut: [0, 2, -1, 8] })).toBe(false);
  expect(isPlain({ scoreCut: [0, 1, -1, 5] })).toBe(false);
  expect(isPlain({ mixedCut: [0, 1, -1, 8] })).toBe(false);
  expect(isPlain({ softmaxAxis: 2 })).toBe(false);
  expect(isPlain({ cacheAxis: 3 })).toBe(false);
  expect(isPlain({ keyPerm: [0, 1, 2, 3] })).toBe(false);
  expect(isPlain({ mixedPerm: [0, 1, 2, 3] })).toBe(false);
  expect(isPlain({ joined: ['k_rotated', 'past_k'] })).toBe(false);
  expect(isPlain({ joined: ['past_k', 'k_heads'] })).toBe(false);
  expect(isPlain({ interleaved: 1 })).toBe(false);
});
