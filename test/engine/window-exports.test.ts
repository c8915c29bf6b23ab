import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { expectGoldens } from '../helpers/expect-goldens.js';
import { goldensIn, record, tinyJob } from '../helpers/tiny-jobs.js';

// Decoders that attend to a window of 16 tokens, made by test/oracles/make_window_exports.py.
const MODELS = resolve(import.meta.dirname, '../fixtures/models');
const TOKENIZER = join(MODELS, 'transformers/llama/tokenizer.json');

const REACH =
  'copies the cache of a context for every continuation: its attention does not reach across the branches of long rows';
const CUT = 'its cache holds the last tokens only, where what follows goes by all of them';

let engine: Awaited<ReturnType<typeof openEngine>>;
beforeAll(async () => {
  engine = await openEngine({ device: 'cpu', workers: 1 });
});
afterAll(async () => await engine.close());

test.each([
  ['gpt_neo', 'script', [REACH]],
  ['gpt_neo', 'dynamo', [REACH]],
  [
    'mistral',
    'script',
    [`reads a context again for every continuation: ${CUT}`, `generates with a run for every token: ${CUT}`],
  ],
  [
    'mistral',
    'dynamo',
    [`reads a context again for every continuation: ${CUT}`, `generates with a run for every token: ${CUT}`],
  ],
])('a %s with a window, by %s, is scored and continued as PyTorch does', async (name, form, notes) => {
  const modelDirectory = join(MODELS, 'windows', name);
  const { cases } = goldensIn(modelDirectory);
  const files = { modelDirectory, modelFile: join(modelDirectory, `${form}.onnx`), tokenizerFile: TOKENIZER };
  const requests = cases.map(({ request }) => request);
  const { responses, telemetry } = await record(
    engine,
    tinyJob(requests, { key: `${name} ${form}`, ...files }),
  );
  expect(telemetry.notes).toEqual(notes);
  expectGoldens(responses, cases, 1e-4);
});
