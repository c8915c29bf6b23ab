import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { buildModel, type SyntheticModel } from '../../src/builder/build-model.js';
import { decoderSignature } from '../../src/onnx/decoder-signature.js';
import { writeProgram, type ProgramKind } from '../../src/onnx/program/write-program.js';
import { memorySource } from '../../src/onnx/byte-source.js';
import { readModel, readModelFile } from '../../src/onnx/read-model.js';
import type { GenerateWork } from '../../src/session/batch-work.js';
import { generateByProgram } from '../../src/session/generate-by-program.js';
import { ModelSessions } from '../../src/session/model-sessions.js';
import { ProgramSession } from '../../src/session/program-session.js';
import { TINY } from '../helpers/tiny-jobs.js';

const SNOWFLAKE = resolve(import.meta.dirname, '../../models/snowflake/snowflake-33k-seed0/onnx/model.onnx');
const STEPS = 12;
const CODEC = {
  vocabularySize: 0,
  encode: () => new Uint32Array(),
  decode: () => '',
  tokenToId: () => undefined,
};

/** Prompts of different lengths. */
function work(prompts: number): GenerateWork {
  const lengths = Uint32Array.from({ length: prompts }, (_, index) => 2 + (index % 5));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const tokens = Uint32Array.from({ length: total }, (_, index) => (index * 37) % 60);
  return { kind: 'generate', tokens, lengths, until: [], maxNewTokens: STEPS, maxBatchTokens: 4096 };
}

async function generate(
  file: string,
  kind: ProgramKind,
  prompts: number,
  endsInside: (id: number) => boolean = () => false,
): Promise<(readonly number[])[]> {
  const signature = decoderSignature(readModelFile(file));
  const program = await ProgramSession.open({ modelFile: file, device: 'cpu', threads: 1 }, kind);
  const rows: number[][] = [];
  const table = Uint8Array.from({ length: signature.vocabularySize ?? 1 }, (_, id) =>
    endsInside(id) ? 1 : 0,
  );
  const codec = { ...CODEC, decode: (ids: Uint32Array) => [...ids].join(' ') };
  const answer = await generateByProgram(program, work(prompts), {
    signature,
    padsLeft: true,
    sharesPrefix: true,
    stopping: {
      rules: { endTokens: new Set(), stops: [], maxNewTokens: STEPS },
      codec,
      stopIds: { table, complete: true },
    },
  });
  for (const { text } of answer.generations) rows.push(text.split(' ').map(Number));
  await program.release();
  return rows;
}

// The one multiplies with transposes of its weights, the other with its weights as they are.
test.each([
  ['torch', join(TINY, 'large/model.onnx')],
  ['the shipped family', SNOWFLAKE],
])(
  'a batch through a model of %s with its weights as left factors gives the same tokens',
  async (_, file) => {
    for (const prompts of [1, 9]) {
      const expected = await generate(file, 'generate', prompts);
      expect(expected.every(({ length }) => length === STEPS)).toBe(true);
      expect(await generate(file, 'wide', prompts)).toEqual(expected);
    }
  },
);

test('a single row through one operator for its attention gives the same tokens, in one stretch and in several', async () => {
  const expected = await generate(SNOWFLAKE, 'generate', 1);
  expect(await generate(SNOWFLAKE, 'single', 1)).toEqual(expected);
  expect(await generate(SNOWFLAKE, 'single', 1, (id) => id % 2 === 0)).toEqual(expected);
});

test('a model has a loop for a single row where its attention is recognised, and goes without a word where not', async () => {
  const opened = async (modelFile: string) =>
    new ModelSessions({ modelFile, device: 'cpu', threads: 1 }, true);
  const shipped = await opened(SNOWFLAKE);
  expect(await shipped.loop(1)).toBe(await shipped.program('single'));
  expect(await shipped.loop(2)).toBe(await shipped.program('generate'));
  const other = await opened(join(TINY, 'large/model.onnx'));
  expect(await other.loop(1)).toBe(await other.program('generate'));
  expect([shipped.notes, other.notes]).toEqual([[], []]);
  await shipped.release();
  await other.release();
});

// A byte token is a stop alone, and an unknown character beside bytes that make none with it.
test('a row goes on where a token ended it inside the program and is no stop in its company', async () => {
  const file = join(TINY, 'large/model.onnx');
  for (const prompts of [1, 9]) {
    const expected = await generate(file, 'generate', prompts);
    expect(await generate(file, 'generate', prompts, () => true)).toEqual(expected);
    expect(await generate(file, 'generate', prompts, (id) => id % 2 === 0)).toEqual(expected);
  }
});

test('no product of the wide loop has a weight as its right factor, and products of one input are one', () => {
  const { graph } = readModel(memorySource('wide', writeProgram(SNOWFLAKE, 'wide', 'cpu')));
  const weights = new Set(graph.initializers.map(({ name }) => name));
  const loop = graph.nodes.find(({ opType }) => opType === 'Loop');
  const body = loop?.attributes.find(({ name }) => name === 'body')?.graph?.nodes ?? [];
  const products = body.filter(({ opType }) => opType === 'MatMul' || opType === 'FusedMatMul');
  const made = new Set(body.flatMap(({ outputs }) => outputs));
  expect(products.some(({ inputs }) => weights.has(inputs[1] ?? ''))).toBe(false);
  const withWeights = products.filter(({ inputs }) => !made.has(inputs[0] ?? ''));
  // A layer: query, key and value; their output; gate and up; down. And the head.
  expect(withWeights).toHaveLength(2 * 4 + 1);
});

test('it is for models whose weights exceed the caches, and for batches of eight rows or more', async () => {
  const small = new ModelSessions({ modelFile: SNOWFLAKE, device: 'cpu', threads: 1 }, true);
  expect(await small.loop(8)).toBe(await small.loop(2));
  await small.release();
  const dimensions = { hidden: 768, layers: 1, heads: 12, kvHeads: 12, intermediate: 2048, after: null };
  const size = { dimensions, vocabulary: 270, context: 128, seed: 1 };
  const wanted: SyntheticModel = { architecture: 'llama', style: 'portable', precision: 'fp32', ...size };
  const { file } = await buildModel(mkdtempSync(join(tmpdir(), 'scalesweep-wide-')), wanted);
  const large = new ModelSessions({ modelFile: file, device: 'cpu', threads: 1 }, true);
  expect(await large.loop(7)).toBe(await large.program('generate'));
  expect(await large.loop(8)).toBe(await large.program('wide'));
  expect(await large.program('wide')).not.toBeNull();
  expect(large.notes).toEqual([]);
  await large.release();
});
