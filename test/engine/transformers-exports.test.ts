import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { expectGoldens } from '../helpers/expect-goldens.js';
import { goldensIn, record, tinyJob } from '../helpers/tiny-jobs.js';

// Decoders of transformers in both of torch's forms, made by test/oracles/make_transformers_exports.py.
const EXPORTS = resolve(import.meta.dirname, '../fixtures/models/transformers');
const TOKENIZER = join(EXPORTS, 'llama/tokenizer.json');

let engine: Awaited<ReturnType<typeof openEngine>>;
beforeAll(async () => {
  engine = await openEngine({ device: 'cpu', workers: 1 });
});
afterAll(async () => await engine.close());

// More of them: SCALESWEEP_TEST_EXPORTS=DIR, made by test/oracles/make_architectures.py.
const MORE = process.env['SCALESWEEP_TEST_EXPORTS'];
const KEPT = ['llama', 'qwen3', 'neox', 'phi'].map((name) => join(EXPORTS, name));
const MADE = MORE === undefined ? [] : readdirSync(MORE).map((name) => join(MORE, name));

const CASES = [...KEPT, ...MADE].flatMap((directory) =>
  ['script', 'dynamo']
    .filter((form) => existsSync(join(directory, `${form}.onnx`)))
    .map((form) => [basename(directory), form, directory] as const),
);

test.each(CASES)(
  'a %s of transformers by %s is scored and continued as PyTorch does',
  async (name, form, modelDirectory) => {
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
    if (KEPT.includes(modelDirectory)) expect(telemetry.notes).toEqual([]);
    expectGoldens(responses, cases, 1e-4);
  },
);
