import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { expectGoldens } from '../helpers/expect-goldens.js';
import { goldensIn, record, tinyJob } from '../helpers/tiny-jobs.js';

const MODELS = resolve(import.meta.dirname, '../fixtures/models');
const TOKENIZER = join(MODELS, 'transformers/llama/tokenizer.json');

// Decoders of transformers in both of torch's forms, made by test/oracles/make_transformers_exports.py.
const PLAIN = ['llama', 'qwen3', 'neox', 'phi', 'gpt2', 'opt'].map((name) =>
  join(MODELS, 'transformers', name),
);
// Those whose attention goes by columns: by the distance, or to a window of 16 tokens. Made by test/oracles/make_column_exports.py.
const BY_COLUMNS = ['bloom', 'gpt_neo', 'mistral'].map((name) => join(MODELS, 'columns', name));
// More of them: SCALESWEEP_TEST_EXPORTS=DIR, made by test/oracles/make_architectures.py.
const MORE = process.env['SCALESWEEP_TEST_EXPORTS'];
const MADE = MORE === undefined ? [] : readdirSync(MORE).map((name) => join(MORE, name));

const CASES = [...PLAIN, ...BY_COLUMNS, ...MADE].flatMap((directory) =>
  ['script', 'dynamo']
    .filter((form) => existsSync(join(directory, `${form}.onnx`)))
    .map((form) => [basename(directory), form, directory] as const),
);

const COPIES = 'copies the cache of a context for every continuation';
const MOVED = `${COPIES}: its attention counts columns, which other branches move`;
const CUT = 'its cache holds the last tokens only, where what follows goes by all of them';
const WITHOUT_CACHE = [
  `reads a context again for every continuation: ${CUT}`,
  `generates with a run for every token: ${CUT}`,
];
const NOTES: Readonly<Record<string, readonly string[]>> = {
  'bloom script': [`${COPIES}: it takes no positions`],
  'bloom dynamo': [MOVED],
  'gpt_neo script': [MOVED],
  'gpt_neo dynamo': [MOVED],
  'mistral script': WITHOUT_CACHE,
  'mistral dynamo': WITHOUT_CACHE,
};

let engine: Awaited<ReturnType<typeof openEngine>>;
beforeAll(async () => {
  engine = await openEngine({ device: 'cpu', workers: 1 });
});
afterAll(async () => await engine.close());

test.each(CASES)(
  'a %s of transformers by %s is scored and continued as PyTorch does',
  async (name, form, modelDirectory) => {
    const { cases } = goldensIn(modelDirectory);
    const modelFile = join(modelDirectory, `${form}.onnx`);
    const files = { key: modelFile, modelDirectory, modelFile, tokenizerFile: TOKENIZER };
    const requests = cases.map(({ request }) => request);
    const { responses, telemetry } = await record(engine, tinyJob(requests, files));
    if (!MADE.includes(modelDirectory)) expect(telemetry.notes).toEqual(NOTES[`${name} ${form}`] ?? []);
    expectGoldens(responses, cases, 1e-4);
  },
);
