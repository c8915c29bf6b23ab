import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { buildModel, type SyntheticModel } from '../../src/builder/build-model.js';
import { memorySource } from '../../src/onnx/byte-source.js';
import { graphsWithin, type OnnxModel } from '../../src/onnx/graph.js';
import { writeProgram, type ProgramKind } from '../../src/onnx/program/write-program.js';
import { readModel } from '../../src/onnx/read-model.js';
import { TINY } from '../helpers/tiny-jobs.js';

// What holds on every device, CUDA included, without its provider: what goes in, what comes out, and where weights lie.
const MODEL = join(TINY, 'large/model.onnx');
const CACHES = [0, 1].flatMap((layer) => [`${layer}.key`, `${layer}.value`]);

const program = (kind: ProgramKind): OnnxModel =>
  readModel(memorySource(kind, writeProgram(MODEL, kind, 'cpu')));

const names = (values: readonly { readonly name: string }[]): string[] => values.map(({ name }) => name);

test.each(['score', 'shared', 'tree', 'generate', 'step'] as const)(
  'the %s program holds no weight of its own: each lies in the model file',
  (kind) => {
    const { graph } = program(kind);
    const bytes = statSync(MODEL).size;
    const weights = graph.initializers.filter(({ elements }) => elements > 256);
    expect(weights.length).toBeGreaterThan(8);
    for (const { external } of weights) {
      expect(external?.location).toBe(basename(MODEL));
      expect((external?.offset ?? 0) + (external?.length ?? 0)).toBeLessThanOrEqual(bytes);
    }
  },
);

test('scores leave as two numbers a token, without logits and without the cache', () => {
  const { graph } = program('score');
  expect(names(graph.outputs)).toEqual(['sweep/log_probabilities', 'sweep/greedy']);
  expect(graph.inputs.some(({ name }) => name.startsWith('past'))).toBe(false);
  const head = graph.nodes.findIndex(
    ({ opType, inputs }) => opType === 'Gather' && inputs[1] === 'sweep/rows',
  );
  const products = graph.nodes.map(({ opType }, at) => (opType === 'MatMul' ? at : -1));
  // Rows are picked behind the last attention: its output, gate, up, down and the head are made for them alone.
  expect(products.filter((at) => at > head)).toHaveLength(5);
});

test('the loop carries ids, mask, positions and the whole cache, and asks the host for nothing between steps', () => {
  const { graph } = program('generate');
  const loops = graph.nodes.filter(({ opType }) => opType === 'Loop');
  expect(loops).toHaveLength(1);
  const [loop] = loops;
  // Trip count and condition first, then what is carried: on CUDA that stays on the device.
  expect(loop?.inputs.slice(2)).toEqual([
    'sweep/ids',
    'sweep/mask',
    'sweep/positions',
    'sweep/finished',
    ...CACHES.map((name) => `sweep/before/past_key_values.${name}`),
  ]);
  const outside = graph.nodes.filter(({ opType }) => opType === 'MatMul' || opType === 'Softmax');
  expect(outside).toEqual([]);
});

test('a step gives ids and the cache, never logits', () => {
  const { graph } = program('step');
  expect(names(graph.outputs)).toEqual([
    'sweep/step/next',
    'sweep/step/sum',
    ...CACHES.map((name) => `present.${name}`),
  ]);
});

test('on the CPU the likeliest id is found by blocks, on a GPU by ArgMax alone', async () => {
  const dimensions = { hidden: 16, layers: 1, heads: 2, kvHeads: 2, intermediate: 32, after: null };
  const size = { dimensions, vocabulary: 270, context: 32, seed: 1 };
  const wanted: SyntheticModel = { architecture: 'llama', style: 'portable', precision: 'fp32', ...size };
  const { file } = await buildModel(mkdtempSync(join(tmpdir(), 'scalesweep-blocks-')), wanted);
  const operators = (device: string): string[] =>
    readModel(memorySource('score', writeProgram(file, 'score', device))).graph.nodes.map(
      ({ opType }) => opType,
    );
  expect(operators('cpu').filter((name) => name === 'ArgMax')).toHaveLength(2);
  expect(operators('cpu')).toContain('ReduceMax');
  expect(operators('webgpu').filter((name) => name === 'ArgMax')).toHaveLength(1);
  expect(operators('webgpu')).not.toContain('ReduceMax');
});

test('a model that counts positions itself is given those of branches where it looks them up', () => {
  const file = join(TINY, '../transformers/opt/script.onnx');
  const graphOf = (kind: 'score' | 'tree') =>
    readModel(memorySource('opt', writeProgram(file, kind, 'cpu'))).graph;
  const lookup = (kind: 'score' | 'tree') =>
    graphOf(kind).nodes.find(({ inputs }) => inputs[0]?.includes('embed_positions'))?.inputs[1] ?? '';
  expect(lookup('tree')).toMatch(/^sweep\/counted\//);
  expect(graphOf('tree').inputs.map(({ name }) => name)).toContain('sweep/positions');
  expect(lookup('score')).not.toMatch(/^sweep/);
});

test('scores of a merged decoder take its first pass alone, and its last products after rows are picked', () => {
  const merged = join(TINY, '../variants/merged.onnx');
  const { graph } = readModel(memorySource('merged', writeProgram(merged, 'score', 'cpu')));
  expect(graph.nodes.some(({ opType }) => opType === 'If')).toBe(false);
  const picked = graph.nodes.findIndex(({ inputs }) => inputs[1] === 'sweep/rows');
  const products = graph.nodes.map(({ opType }, at) => (opType === 'MatMul' ? at : -1));
  expect(products.filter((at) => at > picked)).toHaveLength(5);
  // Generation needs both branches.
  const loop = readModel(memorySource('merged', writeProgram(merged, 'generate', 'cpu'))).graph;
  expect([...graphsWithin(loop)].some(({ nodes }) => nodes.some(({ opType }) => opType === 'If'))).toBe(true);
});
