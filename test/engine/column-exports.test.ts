import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { expectGoldens } from '../helpers/expect-goldens.js';
import { goldensIn, record, tinyJob } from '../helpers/tiny-jobs.js';

// Decoders whose attention goes by columns: by the distance, or to a window of 16 tokens. Made by test/oracles/make_column_exports.py.
const MODELS = resolve(import.meta.dirname, '../fixtures/models');
const TOKENIZER = join(MODELS, 'transformers/llama/tokenizer.json');

const COPIES = 'copies the cache of a context for every continuation';
const BY_COLUMNS = `${COPIES}: its attention counts columns, which other branches move`;
const CUT = 'its cache holds the last tokens only, where what follows goes by all of them';

let engine: Awaited<ReturnType<typeof openEngine>>;
beforeAll(async () => {
  engine = await openEngine({ device: 'cpu', workers: 1 });
});
afterAll(async () => await engine.close());

test.each([
  ['bloom', 'script', [`${COPIES}: it takes no positions`]],
  ['bloom', 'dynamo', [BY_COLUMNS]],
  ['gpt_neo', 'script', [BY_COLUMNS]],
  ['gpt_neo', 'dynamo', [BY_COLUMNS]],
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
])(
  'a %s whose attention goes by columns, from torch by %s, is scored and continued as PyTorch does',
  async (name, form, notes) => {
    const modelDirectory = join(MODELS, 'columns', name);
    const { cases } = goldensIn(modelDirectory);
    const files = {
      modelDirectory,
      modelFile: join(modelDirectory, `${form}.onnx`),
      tokenizerFile: TOKENIZER,
    };
    const requests = cases.map(({ request }) => request);
    const { responses, telemetry } = await record(
      engine,
      tinyJob(requests, { key: `${name} ${form}`, ...files }),
    );
    expect(telemetry.notes).toEqual(notes);
    expectGoldens(responses, cases, 1e-4);
  },
);
