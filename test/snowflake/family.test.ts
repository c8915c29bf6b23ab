import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

interface Scale {
  readonly path: string;
  readonly nParams: number;
  readonly nParamsNonEmbedding: number;
  readonly trainingTokens: number;
  readonly seed: number;
  readonly distinctExamples?: number;
}

interface Goldens {
  readonly texts: readonly string[];
  readonly lastLogits: Readonly<Record<string, readonly (readonly number[])[]>>;
}

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));
}

function scalesOf(family: string): readonly Scale[] {
  return (readJson('models', family, 'family.json') as { scales: Scale[] }).scales;
}

function graphOf(family: string, { path }: Scale): string {
  return join(ROOT, 'models', family, path, 'onnx', 'model.onnx');
}

const families = new Map(
  ['snowflake', 'snowflake-checkpoints', 'snowflake-data'].map((name) => [name, scalesOf(name)]),
);
const main = families.get('snowflake') ?? [];
const sizes = [...new Set(main.map(({ nParams }) => nParams))];

describe('snowflake', () => {
  test('has at least eight scales from about 3K to about 3M parameters, at most 3.2x apart', () => {
    expect(sizes.length).toBeGreaterThanOrEqual(8);
    expect(sizes[0]).toBeLessThan(3_500);
    expect(sizes.at(-1)).toBeGreaterThan(2_500_000);
    sizes.slice(1).forEach((size, i) => expect(size / (sizes[i] ?? 0)).toBeLessThanOrEqual(3.2));
  });

  test('is sorted by size, then seed, and small scales have three seeds', () => {
    const order = [...main].sort((a, b) => a.nParams - b.nParams || a.seed - b.seed);
    expect(main).toEqual(order);
    for (const size of sizes.filter((nParams) => nParams < 115_000)) {
      expect(main.filter(({ nParams }) => nParams === size).map(({ seed }) => seed)).toEqual([0, 1, 2]);
    }
  });

  test('was trained on at least 15M tokens at every scale', () => {
    for (const { trainingTokens } of main) expect(trainingTokens).toBeGreaterThanOrEqual(15_000_000);
  });
});

test('the checkpoints are two scales at five or more numbers of tokens', () => {
  const checkpoints = families.get('snowflake-checkpoints') ?? [];
  const checkpointed = new Set(checkpoints.map(({ nParams }) => nParams));
  expect(checkpointed.size).toBe(2);
  for (const size of checkpointed) {
    const tokens = checkpoints.filter(({ nParams }) => nParams === size).map((scale) => scale.trainingTokens);
    expect(new Set(tokens).size).toBeGreaterThanOrEqual(5);
  }
});

test('the data axis has eight or more numbers of distinct examples at one size', () => {
  const axis = families.get('snowflake-data') ?? [];
  expect(new Set(axis.map(({ distinctExamples }) => distinctExamples)).size).toBeGreaterThanOrEqual(8);
  expect(new Set(axis.map(({ nParams }) => nParams)).size).toBe(1);
});

test('all graphs together hold their parameters, little else, and at most 30 MB', () => {
  let total = 0;
  for (const [family, scales] of families) {
    for (const scale of scales) {
      const bytes = statSync(graphOf(family, scale)).size;
      expect(bytes).toBeGreaterThan(4 * scale.nParams);
      expect(bytes).toBeLessThan(4 * scale.nParams + 64_000);
      total += bytes;
    }
  }
  expect(total).toBeLessThanOrEqual(30_000_000);
});

const { texts, lastLogits } = readJson('test', 'snowflake', 'goldens.json') as Goldens;

/** Byte ids of the texts as one batch, padded on the left; id 0 starts each text and pads. */
function paddedBatch(shape: { readonly layers: number; readonly heads: number; readonly headWidth: number }) {
  const rows = texts.map((text) => [0, ...Buffer.from(text).map((byte) => byte + 1)]);
  const length = Math.max(...rows.map((row) => row.length));
  const tensor = (cell: (row: readonly number[], at: number) => number): ort.Tensor =>
    new ort.Tensor(
      'int64',
      BigInt64Array.from(
        rows.flatMap((row) => Array.from({ length }, (_, i) => BigInt(cell(row, i - length + row.length)))),
      ),
      [rows.length, length],
    );
  const feeds: Record<string, ort.Tensor> = {
    input_ids: tensor((row, at) => row[at] ?? 0),
    attention_mask: tensor((_, at) => Number(at >= 0)),
    position_ids: tensor((_, at) => Math.max(at, 0)),
  };
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const part of ['key', 'value']) {
      feeds[`past_key_values.${layer}.${part}`] = new ort.Tensor('float32', new Float32Array(0), [
        rows.length,
        shape.heads,
        0,
        shape.headWidth,
      ]);
    }
  }
  return { feeds, length };
}

test.each(Object.entries(lastLogits))(
  '%s: a left-padded batch gives the logits of PyTorch',
  async (name, expected) => {
    const config = readJson('models', 'snowflake', name, 'config.json') as Record<string, number>;
    const { feeds, length } = paddedBatch({
      layers: config.num_hidden_layers ?? 0,
      heads: config.num_attention_heads ?? 0,
      headWidth: config.head_dim ?? 0,
    });
    const session = await ort.InferenceSession.create(
      join(ROOT, 'models', 'snowflake', name, 'onnx', 'model.onnx'),
      {
        intraOpNumThreads: 1,
      },
    );
    const { logits } = await session.run(feeds);
    const vocabulary = config.vocab_size ?? 0;
    const values = logits?.data as Float32Array;
    expected.forEach((row, i) => {
      const last = values.subarray(
        (i * length + length - 1) * vocabulary,
        (i * length + length) * vocabulary,
      );
      const difference = Math.max(...row.map((value, j) => Math.abs(value - (last[j] ?? NaN))));
      expect(difference).toBeLessThan(1e-4);
    });
    await session.release();
  },
);
