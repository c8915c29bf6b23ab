import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildModel, type SyntheticModel } from '../../src/builder/build-model.js';
import type { Architecture } from '../../src/builder/dimensions.js';
import { digestOfFile } from '../../src/files/digest.js';
import { Decoder, largestDifference, plainRows, rowsOf } from './run-decoder.js';

interface Golden {
  readonly ids: number[];
  readonly logits: number[][];
  readonly greedy: number[];
}

const GOLDENS = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/builder/synthetic-logits.json'), 'utf8'),
) as Record<Architecture, Golden>;

function tiny(architecture: Architecture, changes: Partial<SyntheticModel> = {}): SyntheticModel {
  const kvHeads = architecture === 'llama' ? 2 : 4;
  const dimensions = { hidden: 64, layers: 2, heads: 4, kvHeads, intermediate: 128, after: null };
  const size = { dimensions, vocabulary: 270, context: 64, seed: 1 };
  return { architecture, ...size, precision: 'fp32', style: 'portable', ...changes };
}

const directory = (): string => mkdtempSync(join(tmpdir(), 'build-'));

async function opened(model: SyntheticModel): Promise<Decoder> {
  return Decoder.open((await buildModel(directory(), model)).file);
}

for (const architecture of ['llama', 'gpt2', 'gpt-neox'] as const) {
  for (const style of ['portable', 'fused'] as const) {
    test(`${architecture}, ${style}: logits and greedy text are those of transformers`, async () => {
      const { ids, logits, greedy } = GOLDENS[architecture];
      const decoder = await opened(tiny(architecture, { style }));
      expect(largestDifference(await decoder.logits(ids), logits)).toBeLessThan(1e-4);
      expect(await decoder.greedy(ids, greedy.length)).toEqual(greedy);
    });
  }

  test(`${architecture}: fewer bits stay near the full precision`, async () => {
    const { ids, logits } = GOLDENS[architecture];
    // Measured here: 0.01, 0.3 and 2.2 at most on logits of standard deviation 1; 4 bits of random weights are crude.
    const bounds = [
      ['fp16', 'portable', 0.05],
      ['fp16', 'fused', 0.05],
      ['int8', 'portable', 0.6],
      ['q4', 'fused', 4],
      ['q4f16', 'fused', 4],
    ] as const;
    for (const [precision, style, bound] of bounds) {
      const decoder = await opened(tiny(architecture, { precision, style }));
      const difference = largestDifference(await decoder.logits(ids), logits);
      expect(difference, `${precision} ${style}`).toBeLessThan(bound);
      expect(difference, `${precision} ${style}`).toBeGreaterThan(0);
    }
  });
}

test('padding on the left changes nothing, in both styles', async () => {
  const { ids } = GOLDENS.llama;
  const short = ids.slice(0, 5);
  const nPad = ids.length - short.length;
  const pad = short.slice(0, nPad);
  for (const style of ['portable', 'fused'] as const) {
    const decoder = await opened(tiny('llama', { style }));
    const both = await decoder.run({
      ids: [ids, [...pad, ...short]],
      mask: [ids.map(() => 1), ids.map((_, at) => (at < nPad ? 0 : 1))],
      positions: [ids.map((_, at) => at), ids.map((_, at) => Math.max(0, at - nPad))],
    });
    const padded = rowsOf(both['logits']).slice(ids.length + nPad);
    expect(largestDifference(padded, await decoder.logits(short))).toBeLessThan(1e-5);
  }
});

test('a prompt fed in two parts gives the logits of the whole', async () => {
  const { ids } = GOLDENS['gpt-neox'];
  const decoder = await opened(tiny('gpt-neox'));
  const past = await decoder.run(plainRows(ids.slice(0, 4)));
  const rest = rowsOf((await decoder.run(plainRows(ids.slice(4), 4), past))['logits']);
  expect(largestDifference(rest, (await decoder.logits(ids)).slice(4))).toBeLessThan(1e-5);
});

test('the same request gives the same bytes, another seed other weights', async () => {
  const weights = async (seed: number): Promise<string> =>
    digestOfFile(`${(await buildModel(directory(), tiny('llama', { seed }))).file}_data`);
  expect(await weights(7)).toBe(await weights(7));
  expect(await weights(7)).not.toBe(await weights(8));
});

test('a second precision joins the first in one directory', async () => {
  const target = directory();
  const first = await buildModel(target, tiny('gpt2'));
  const second = await buildModel(target, tiny('gpt2', { precision: 'q4', style: 'fused' }));
  expect([first.file, second.file]).toEqual([
    join(target, 'onnx/model.onnx'),
    join(target, 'onnx/model_q4.onnx'),
  ]);
  expect(second.weightBytes).toBeLessThan(first.weightBytes);
  expect(statSync(`${first.file}_data`).size).toBe(first.weightBytes);
});

test('a model that the disk cannot hold is refused before anything is written', async () => {
  const target = directory();
  await expect(buildModel(target, tiny('llama'), { freeBytes: 1000 })).rejects.toThrow(
    /Expected 0\.\d MB free in .* found 0\.0 MB; free some space/,
  );
  expect(() => statSync(join(target, 'onnx/model.onnx_data'))).toThrow('ENOENT');
});

test('4-bit weights in standard operators are refused', async () => {
  await expect(buildModel(directory(), tiny('llama', { precision: 'q4' }))).rejects.toThrow(
    'Expected style fused for precision q4, got portable',
  );
});
