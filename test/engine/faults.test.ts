import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TextRequest } from '../../src/domain/request.js';
import { TrialError } from '../../src/errors.js';
import { openEngine, type OpenEngineOptions } from '../../src/engine/open-engine.js';
import { readModelFile } from '../../src/onnx/read-model.js';
import { goldensOf, record, TINY, tinyJob } from '../helpers/tiny-jobs.js';

const requests = goldensOf('large').cases.map(({ request }) => request);
const [ENDLESS = '', HUNGRY = ''] = ['endless', 'hungry'].map((name) =>
  resolve(import.meta.dirname, `../fixtures/models/${name}/model.onnx`),
);

let directory = '';
let engine: Awaited<ReturnType<typeof openEngine>> | null = null;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fault-'));
});
afterEach(() => {
  engine?.kill();
  rmSync(directory, { recursive: true });
});

async function open(options: Partial<OpenEngineOptions> = {}) {
  engine = await openEngine({ device: 'cpu', workers: 1, ...options });
  return engine;
}

function copyOfTiny(): string {
  cpSync(join(TINY, 'large'), directory, { recursive: true });
  return join(directory, 'model.onnx');
}

test(
  'an engine that is killed comes back and the trial ends as if nothing had been',
  { timeout: 120_000 },
  async () => {
    const opened = await open();
    const job = tinyJob(requests, { maxBatchTokens: 1 }); // many batches: some are left when the first has been told
    const whole = await record(opened, job);
    const first = opened.pid;
    let killed = false;
    const again = await record(opened, job, () => {
      if (!killed) process.kill(opened.pid ?? 0, 'SIGKILL');
      killed = true;
    });
    expect(opened.pid).not.toBe(first);
    expect(again.layout).toEqual(whole.layout);
    expect(again.responses).toEqual(whole.responses);
    expect(again.batches).toHaveLength(whole.batches.length);
  },
);

test('a frozen engine is ended after its silence and the trial goes on', { timeout: 120_000 }, async () => {
  const opened = await open({ silenceMs: 1500 });
  let frozen = false;
  const { responses } = await record(opened, tinyJob(requests), () => {
    if (!frozen) process.kill(opened.pid ?? 0, 'SIGSTOP');
    frozen = true;
  });
  expect(responses).not.toContain(undefined);
});

test(
  'a batch that hangs is tried once more alone, then its trial fails and others go on',
  { timeout: 120_000 },
  async () => {
    const opened = await open({ minDeadlineMs: 4000 });
    const endless = record(opened, tinyJob(requests.slice(0, 4), { key: 'endless', modelFile: ENDLESS }));
    const sound = record(opened, tinyJob(requests, { key: 'sound' }));
    await expect(endless).rejects.toThrow(TrialError);
    await expect(endless).rejects.toThrow(
      /its process did not finish a batch within \d+ s and was ended, twice/,
    );
    expect((await sound).responses).not.toContain(undefined);
  },
);

test('a batch that memory cannot hold goes in parts, and a resumed trial begins with such parts', async () => {
  const opened = await open();
  const asked = tinyJob(requests, { modelFile: HUNGRY });
  const first = await record(opened, asked);
  expect(first.bounds).toEqual(first.bounds.toSorted((a, b) => b - a));
  expect(first.bounds.at(-1)).toBeLessThanOrEqual(64);
  expect(first.telemetry.notes).toContain('runs batches in smaller parts because memory did not suffice');
  const resumed = { ...asked, maxPartTokens: first.bounds.at(-1) ?? 0 };
  const [second, third] = [await record(opened, resumed), await record(opened, resumed)];
  expect(second.bounds).toEqual([]);
  expect(second.telemetry.notes).toEqual(first.telemetry.notes);
  expect(second.responses).toEqual(third.responses);
  expect(second.responses).not.toContain(undefined);
});

test('a model that memory cannot hold at all fails its trial with what the runtime said', async () => {
  const long: TextRequest = { kind: 'loglikelihood_rolling', text: 'a'.repeat(70) };
  const config = join(copyOfTiny(), '../config.json');
  writeFileSync(config, readFileSync(config, 'utf8').replace(': 64', ': 256'));
  const job = tinyJob([long], { modelFile: HUNGRY, modelDirectory: directory });
  await expect(record(await open(), job)).rejects.toHaveProperty('code', 'RUNTIME_FAILED');
});

test('a model whose output is NaN fails its trial and gives no score', async () => {
  const modelFile = copyOfTiny();
  const norm = readModelFile(modelFile).graph.initializers.find(({ name }) => name === 'norm.weight');
  const bytes = readFileSync(modelFile);
  const at = bytes.subarray(norm?.start, norm?.end).indexOf('norm.weight');
  expect(at).toBeGreaterThan(0);
  for (let offset = 0; offset < 16; offset++)
    bytes.writeFloatLE(Number.NaN, (norm?.end ?? 0) - 4 * (offset + 1));
  writeFileSync(modelFile, bytes);
  const opened = await open();
  const generations = requests.filter(({ kind }) => kind === 'generate_until');
  for (const asked of [requests.slice(0, 4), generations]) {
    const trial = record(opened, tinyJob(asked, { modelFile, modelDirectory: directory }));
    await expect(trial).rejects.toThrow(/^Expected finite log-probabilities, but the model gave NaN/);
    await expect(trial).rejects.toBeInstanceOf(TrialError);
  }
});

test('a device on which no engine stays alive is lost, and says so', async () => {
  const opened = await open();
  const running = record(opened, tinyJob(requests)).catch((error: unknown) => error);
  // Again and again before it can take up a batch, as a driver that takes its process down does.
  const down = setInterval(() => {
    if (opened.pid !== undefined && alive(opened.pid)) process.kill(opened.pid, 'SIGKILL');
  }, 10);
  const error = await running;
  clearInterval(down);
  expect(error).toHaveProperty('code', 'DEVICE_LOST');
  expect(error).toHaveProperty(
    'message',
    'Expected an engine on cpu, but its process ended by SIGKILL before it took up work, 2 times.',
  );
});

test('a tokenizer whose ids exceed the vocabulary of the model fails the trial with one sentence', async () => {
  const modelFile = copyOfTiny();
  const tokenizerFile = join(directory, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(tokenizerFile, 'utf8')) as {
    model: { vocab: Record<string, number> };
  };
  tokenizer.model.vocab['a'] = 257;
  writeFileSync(tokenizerFile, JSON.stringify(tokenizer));
  const trial = record(
    await open(),
    tinyJob(requests, { modelFile, modelDirectory: directory, tokenizerFile }),
  );
  await expect(trial).rejects.toThrow(
    /^Expected token ids below 257, the vocabulary of .*model\.onnx, but its tokenizer gives id 257; the tokenizer\.json belongs to another model\.$/,
  );
});

test('a truncated model fails the trial with one sentence', async () => {
  const modelFile = copyOfTiny();
  writeFileSync(modelFile, readFileSync(modelFile).subarray(0, 30_000));
  const trial = record(await open(), tinyJob(requests, { modelFile }));
  await expect(trial).rejects.toThrow(
    /^Expected .*model\.onnx to be a whole ONNX model, but it is truncated/,
  );
});

test('CUDA that is absent names the command that installs it', async () => {
  const trial = record(await open({ device: 'cuda:0' }), tinyJob(requests));
  await expect(trial).rejects.toThrow(/^Expected onnxruntime to run on cuda:0, .*npm run setup:cuda/);
  await expect(trial).rejects.toHaveProperty('code', 'NO_CUDA');
});

test('an unknown device is refused at once', async () => {
  await expect(openEngine({ device: 'tpu', workers: 1 })).rejects.toThrow(
    /^Expected a device cpu, webgpu or cuda:N, got "tpu"\.$/,
  );
});

test('a handler that throws ends its trial and no other', async () => {
  const opened = await open();
  const full = record(opened, tinyJob(requests, { key: 'full' }), () => {
    throw new Error('disk full');
  });
  const other = record(opened, tinyJob(requests, { key: 'other' }));
  await expect(full).rejects.toThrow('disk full');
  expect((await other).responses).not.toContain(undefined);
});

test('a killed engine ends its trials as open', async () => {
  const opened = await open();
  const pid = opened.pid ?? 0;
  const running = record(opened, tinyJob(requests)).catch((error: unknown) => error);
  opened.kill();
  expect(await running).toHaveProperty('code', 'ENGINE_ENDED');
  await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
});

test('no engine outlives a conductor that is killed, not even in the middle of a run', async () => {
  const [script, models] = ['../fixtures/engine-conductor.mjs', '../fixtures/models'].map((path) =>
    resolve(import.meta.dirname, path),
  );
  const dist = resolve(import.meta.dirname, '../../dist');
  const conductor = spawn(process.execPath, [script ?? '', dist, models ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(conductor.stdout.setEncoding('utf8'), 'data')) as [string];
  const pid = Number(line);
  expect(alive(pid)).toBe(true);
  conductor.kill('SIGKILL');
  await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
