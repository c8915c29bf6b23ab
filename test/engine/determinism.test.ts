import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { goldensOf, record, TINY, tinyJob } from '../helpers/tiny-jobs.js';

const requests = goldensOf('large').cases.map(({ request }) => request);

async function withWorkers<T>(
  workers: number,
  use: (engine: Awaited<ReturnType<typeof openEngine>>) => Promise<T>,
): Promise<T> {
  const engine = await openEngine({ device: 'cpu', workers });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

test('one worker and two give byte-equal answers, with one trial in flight or three', async () => {
  const alone = await withWorkers(1, (engine) => record(engine, tinyJob(requests)));
  const [first, second, third] = await withWorkers(2, (engine) =>
    Promise.all(['a', 'b', 'c'].map((key) => record(engine, tinyJob(requests, { key })))),
  );
  expect(alone.layout?.nBatches).toBeGreaterThan(5);
  for (const other of [first, second, third]) {
    expect(other?.layout).toEqual(alone.layout);
    expect(JSON.stringify(other?.responses)).toBe(JSON.stringify(alone.responses));
  }
});

test('a lone worker that opens one model while another answers gives what each gives by itself, and tells its load time', async () => {
  const job = (model: string, key: string) => {
    const modelDirectory = join(TINY, model);
    return tinyJob(requests, { key, modelDirectory, modelFile: join(modelDirectory, 'model.onnx') });
  };
  const alone = await Promise.all(
    ['large', 'small'].map((model) => withWorkers(1, (engine) => record(engine, job(model, model)))),
  );
  const inTurn = await withWorkers(1, (engine) =>
    Promise.all(
      ['large', 'small', 'large'].map((model, index) => record(engine, job(model, `${model} ${index}`))),
    ),
  );
  const [large, small] = alone.map(({ responses }) => JSON.stringify(responses));
  expect(inTurn.map(({ responses }) => JSON.stringify(responses))).toEqual([large, small, large]);
  const [first, second] = inTurn.map(({ telemetry }) => telemetry.loadMs);
  expect(first).toBeGreaterThan(0);
  expect(second).toBeGreaterThan(0);
});

test('two threads in a session give what one gives, to 1e-4 nats a token', async () => {
  const [one, two] = await withWorkers(2, (engine) =>
    Promise.all([1, 2].map((threads) => record(engine, tinyJob(requests, { key: `${threads}`, threads })))),
  );
  one?.responses.forEach((response, index) => {
    const other = two?.responses[index];
    if (response === undefined || !('loglikelihood' in response) || other?.kind !== response.kind) {
      expect(other).toEqual(response);
      return;
    }
    const difference = Math.abs(response.loglikelihood - other.loglikelihood);
    expect(difference).toBeLessThanOrEqual(1e-4 * response.nTokens);
  });
});

test('a resumed trial runs only what is missing and answers alike', async () => {
  await withWorkers(2, async (engine) => {
    const whole = await record(engine, tinyJob(requests));
    const finishedBatches = new Set([0, 2, 3]);
    const rest = await record(engine, tinyJob(requests, { finishedBatches }));
    expect(rest.layout).toEqual(whole.layout);
    expect(rest.batches.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
      whole.batches
        .map(({ index }) => index)
        .filter((index) => !finishedBatches.has(index))
        .sort((a, b) => a - b),
    );
    rest.responses.forEach((response, index) => {
      if (response !== undefined) expect(response).toEqual(whole.responses[index]);
    });
  });
});

test('a trial with nothing left to run ends with its telemetry', async () => {
  await withWorkers(1, async (engine) => {
    const { layout } = await record(engine, tinyJob(requests));
    const all = new Set(Array.from({ length: layout?.nBatches ?? 0 }, (_, index) => index));
    const { batches, telemetry } = await record(engine, tinyJob(requests, { finishedBatches: all }));
    expect(batches).toEqual([]);
    expect(telemetry).toMatchObject({ executionProvider: 'CPUExecutionProvider', workers: 1, threads: 1 });
    expect(telemetry.peakRssBytes).toBeGreaterThan(1e7);
  });
});
