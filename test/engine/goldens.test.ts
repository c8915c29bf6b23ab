import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { goldensOf, record, TINY, tinyJob } from '../helpers/tiny-jobs.js';

const engines = new Map<boolean, Awaited<ReturnType<typeof openEngine>>>();

beforeAll(async () => {
  for (const programs of [true, false]) {
    engines.set(programs, await openEngine({ device: 'cpu', workers: 2, programs }));
  }
});
afterAll(async () => {
  for (const engine of engines.values()) await engine.close();
});

test.each([
  ['small', 'by graph programs', true],
  ['large', 'by graph programs', true],
  ['small', 'with full logits', false],
  ['large', 'with full logits', false],
])('answers of the %s model %s equal those of PyTorch', async (model, _way, programs) => {
  const engine = engines.get(programs);
  if (engine === undefined) throw new Error('no engine');
  const directory = join(TINY, model);
  const { cases } = goldensOf(model);
  const requests = cases.map(({ request }) => request);
  const job = tinyJob(requests, {
    key: model,
    modelDirectory: directory,
    modelFile: join(directory, 'model.onnx'),
  });
  const { responses, telemetry } = await record(engine, job);
  expect(telemetry.notes).toHaveLength(programs ? 0 : 3);
  responses.forEach((response, index) => {
    const expected = cases[index]?.response;
    if (expected?.kind === 'generate_until') {
      expect(response).toEqual(expected);
      return;
    }
    const { loglikelihood, ...rest } = response as { loglikelihood: number };
    expect(loglikelihood).toBeCloseTo(expected?.loglikelihood ?? Number.NaN, 4);
    expect(rest).toEqual({ ...expected, loglikelihood: undefined });
  });
});
