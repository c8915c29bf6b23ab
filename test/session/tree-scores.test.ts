import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildModel, type SyntheticModel } from '../../src/builder/build-model.js';
import { workOf } from '../../src/engine/batch-results.js';
import { packBatch } from '../../src/engine/packed-batch.js';
import { BatchModel } from '../../src/session/batch-model.js';
import type { TokenRequest } from '../../src/session/encode-requests.js';
import { layOut } from '../../src/session/layout.js';
import type { Shares } from '../../src/session/layout-limits.js';
import type { ScoreBatch } from '../../src/session/score-layout.js';

const VOCABULARY = 270;
const MAX_LENGTH = 160;
const ENDING = {
  endTokens: [],
  endText: null,
  codec: () => {
    throw new Error('scoring needs no tokenizer');
  },
};

let state = 5;
function tokens(length: number): Uint32Array {
  return Uint32Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state % VOCABULARY;
  });
}

/** Four choices of one to five tokens after each of 24 questions, all behind one prompt, one question alone, and a long text. */
function requests(): TokenRequest[] {
  const prompt = tokens(60);
  const questions = Array.from({ length: 24 }, (_, index) =>
    Uint32Array.from([...prompt, ...tokens(3 + (index % 9))]),
  );
  const choices = [...questions, tokens(20)].flatMap((context) =>
    Array.from({ length: 4 }, (_, choice): TokenRequest => ({
      kind: 'loglikelihood',
      context,
      continuation: tokens(1 + ((choice * 3) % 5)),
    })),
  );
  return [...choices, { kind: 'loglikelihood_rolling', tokens: tokens(400) }];
}

const REQUESTS = requests();

/** Loglikelihoods by request and what was fed. */
async function score(file: string, shares: Shares, maxBatchTokens: number, asked = REQUESTS) {
  const model = new BatchModel(
    { modelFile: file, device: 'cpu', threads: 1 },
    { programs: shares !== 'nothing' },
  );
  const limits = { maxLength: MAX_LENGTH, prefixToken: 0, maxBatchTokens, shares } as const;
  const sums = new Map<number, number>();
  let fed = 0;
  for (const batch of layOut(asked, limits).batches as ScoreBatch[]) {
    const packed = packBatch(batch, { requests: asked, shares });
    const answer = await model.answer(workOf(packed, maxBatchTokens), ENDING);
    if (answer.kind !== 'score') throw new Error('expected scores');
    fed += answer.promptTokens;
    batch.rows
      .flatMap((row) => row.spans)
      .forEach((span, index) => {
        for (const request of span.requests)
          sums.set(request, (sums.get(request) ?? 0) + (answer.loglikelihoods[index] ?? Number.NaN));
      });
  }
  const { notes } = model;
  await model.release();
  return { sums, fed, notes };
}

const nTokens = (index: number): number => {
  const request = REQUESTS[index];
  return request?.kind === 'loglikelihood' ? request.continuation.length : 400;
};

const MODELS = [
  ['llama', 'portable', 4],
  ['llama', 'fused', 2],
  ['gpt2', 'portable', 4],
  ['gpt-neox', 'fused', 4],
] as const;

test.each(MODELS)(
  '%s, %s, %i key heads: branching rows behind a prefix score as full logits do',
  async (architecture, style, kvHeads) => {
    const dimensions = { hidden: 64, layers: 2, heads: 4, kvHeads, intermediate: 128, after: null };
    const size = { dimensions, vocabulary: VOCABULARY, context: MAX_LENGTH, seed: 1 };
    const wanted: SyntheticModel = { architecture, style, precision: 'fp32', ...size };
    const { file } = await buildModel(mkdtempSync(join(tmpdir(), 'trees-')), wanted);
    const full = await score(file, 'nothing', 512);
    const whole = await score(file, 'prefixes', 512);
    const single = await score(file, 'prefixes', 1);
    expect(whole.notes).toEqual([]);
    expect(whole.fed).toBeLessThan(0.4 * full.fed);
    for (const { sums } of [whole, single]) {
      expect(sums.size).toBe(REQUESTS.length);
      for (const [index, sum] of sums)
        expect(Math.abs(sum - (full.sums.get(index) ?? Number.NaN))).toBeLessThan(1e-4 * nTokens(index));
    }
  },
);

test('what all questions happen to open with is read once, and no answer moves', async () => {
  const dimensions = { hidden: 64, layers: 2, heads: 4, kvHeads: 4, intermediate: 128, after: null };
  const size = { dimensions, vocabulary: VOCABULARY, context: MAX_LENGTH, seed: 1 };
  const wanted: SyntheticModel = { architecture: 'llama', style: 'portable', precision: 'fp32', ...size };
  const { file } = await buildModel(mkdtempSync(join(tmpdir(), 'trees-')), wanted);
  const opening = tokens(5);
  const asked = Array.from({ length: 24 }, (_, index): TokenRequest => ({
    kind: 'loglikelihood',
    context: Uint32Array.from([...opening, ...tokens(8 + (index % 4))]),
    continuation: tokens(2),
  }));
  const alone = await score(file, 'prefixes', 512, asked);
  const once = await score(file, 'beginnings', 512, asked);
  expect(alone.fed - once.fed).toBe(23 * opening.length);
  expect(new Set(once.sums.keys())).toEqual(new Set(alone.sums.keys()));
  for (const [index, sum] of once.sums)
    expect(Math.abs(sum - (alone.sums.get(index) ?? Number.NaN))).toBeLessThan(2e-4);
});
