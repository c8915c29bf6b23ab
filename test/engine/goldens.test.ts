import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { goldensOf, record, TINY, tinyJob } from '../helpers/tiny-jobs.js';

let engine: Awaited<ReturnType<typeof openEngine>>;

beforeAll(async () => {
  engine = await openEngine({ device: 'cpu', workers: 2 });
});
afterAll(async () => {
  await engine.close();
});

test.each(['small', 'large'])('answers of the %s model equal those of PyTorch', async (model) => {
  const directory = join(TINY, model);
  const { cases } = goldensOf(model);
  const requests = cases.map(({ request }) => request);
  const job = tinyJob(requests, {
    key: model,
    modelDirectory: directory,
    modelFile: join(directory, 'model.onnx'),
  });
  const { responses } = await record(engine, job);
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
