import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TextRequest } from '../../src/domain/request.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { expectGoldens } from '../helpers/expect-goldens.js';
import { goldensIn, record, tinyJob } from '../helpers/tiny-jobs.js';

// One model in the forms that exporters give it, made by test/oracles/make_model_variants.py.
const VARIANTS = resolve(import.meta.dirname, '../fixtures/models/variants');
const { cases } = goldensIn(VARIANTS);
const REQUESTS = cases.map(({ request }) => request);

type Opened = Awaited<ReturnType<typeof openEngine>>;
const engines = new Map<boolean, Opened>();

beforeAll(async () => {
  for (const programs of [true, false])
    engines.set(programs, await openEngine({ device: 'cpu', workers: 1, programs }));
});
afterAll(async () => {
  for (const engine of engines.values()) await engine.close();
});

/** Questions of different lengths with four choices of several tokens. */
const QUESTIONS: TextRequest[] = Array.from({ length: 12 }, (_, index) =>
  'abc de f ghij a'.slice(0, 4 + index),
).flatMap((context) =>
  [' ab', ' cde f', ' hij', ' gg'].map((continuation): TextRequest => ({
    kind: 'loglikelihood',
    context,
    continuation,
  })),
);

async function ask(variant: string, programs: boolean, requests: readonly TextRequest[] = REQUESTS) {
  const modelFile = join(VARIANTS, `${variant}.onnx`);
  const files = { modelFile, modelDirectory: VARIANTS, tokenizerFile: join(VARIANTS, 'tokenizer.json') };
  return await record(engines.get(programs) as Opened, tinyJob(requests, { key: variant, ...files }));
}

test.each([
  ['merged', []],
  ['merged_step', []],
  ['no_positions', ['copies the cache of a context for every continuation: it takes no positions']],
  ['no_cache', ['generates with a run for every token: it has no cache (past_key_values)']],
  ['packed', []],
  ['packed_joined', []],
])('a %s export is scored and continued as PyTorch does, by programs and plainly', async (variant, notes) => {
  const rewritten = await ask(variant, true);
  expect(rewritten.telemetry.notes).toEqual(notes);
  expectGoldens(rewritten.responses, cases, 1e-4);
  expectGoldens((await ask(variant, false)).responses, cases, 1e-4);
});

test.each(['half_logits', 'half_inside', 'packed_half'])(
  '%s of float16 is scored in float32: as exactly as its own rounding allows',
  async (variant) => {
    const rewritten = await ask(variant, true);
    const plain = await ask(variant, false);
    expect(rewritten.telemetry.notes).toEqual([]);
    expectGoldens(rewritten.responses, cases, 5e-3);
    // The plain way sums in float64 here; a log-softmax in float16 would lie a hundredth of a nat away from it.
    plain.responses.forEach((response, index) => {
      const other = rewritten.responses[index];
      if (response === undefined || !('loglikelihood' in response) || other?.kind !== response.kind) {
        expect(other).toEqual(response);
        return;
      }
      const difference = Math.abs(response.loglikelihood - other.loglikelihood);
      expect(difference).toBeLessThan(2e-3 * response.nTokens);
    });
  },
);

test.each([
  'merged',
  'merged_step',
  'no_positions',
  'no_cache',
  'packed',
  'packed_joined',
  'half_logits',
  'half_inside',
])(
  'choices behind contexts of different lengths score alike by programs and plainly in a %s export',
  async (variant) => {
    const rewritten = await ask(variant, true, QUESTIONS);
    const plain = await ask(variant, false, QUESTIONS);
    plain.responses.forEach((response, index) => {
      const [a, b] = [response, rewritten.responses[index]].map(
        (answer) => answer as { loglikelihood: number },
      );
      const nats = (variant.startsWith('half') ? 2e-3 : 1e-4) * 5;
      expect(Math.abs((a?.loglikelihood ?? 0) - (b?.loglikelihood ?? 1))).toBeLessThan(nats);
    });
    const fed = ({ batches }: typeof plain): number =>
      batches.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
    expect(fed(rewritten)).toBeLessThan(0.8 * fed(plain));
  },
);

test.each(['packed', 'packed_joined'])(
  'prompts of different lengths are continued together, and as if each were alone, by a %s export',
  async (variant) => {
    const prompts = Array.from({ length: 11 }, (_, index): TextRequest => ({
      kind: 'generate_until',
      context: 'abc de f ghij abc'.slice(0, 3 + index),
      until: index < 6 ? [] : ['ab'],
      maxNewTokens: 40,
    }));
    const rewritten = await ask(variant, true, prompts);
    expect(rewritten.responses).toEqual((await ask(variant, false, prompts)).responses);
    for (const { promptTokens, computedTokens } of rewritten.batches) {
      expect(computedTokens).toBeGreaterThan(promptTokens);
    }
  },
);
