import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { buildModel, type SyntheticModel } from '../../src/builder/build-model.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { graphDigest, weightSamples } from '../../src/onnx/graph-digest.js';
import { readModelFile } from '../../src/onnx/read-model.js';
import { ModelSessions } from '../../src/session/model-sessions.js';
import { ProgramCache } from '../../src/session/program-cache.js';
import { goldensOf, record, TINY, tinyJob } from '../helpers/tiny-jobs.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

const scratch = (): string => mkdtempSync(join(tmpdir(), 'scalesweep-programs-'));

/** A model of its own. */
function ownModel(): string {
  const directory = scratch();
  cpSync(join(TINY, 'large'), directory, { recursive: true });
  return join(directory, 'model.onnx');
}

/** What a cache gives, and whether it had to be made. */
function ask(file: string, directory: string, { name = 'score', device = 'cpu' } = {}): string {
  let made = '';
  const cache = new ProgramCache(readModelFile(file), device, directory);
  const bytes = cache.bytes(name, () => {
    made = 'made ';
    return Buffer.from(`${name} for ${device}`);
  });
  return `${made}${Buffer.from(bytes).toString()}`;
}

test('what was made once is kept, by model, name and device', () => {
  const [file, directory] = [ownModel(), scratch()];
  expect(ask(file, directory)).toBe('made score for cpu');
  expect(ask(file, directory)).toBe('score for cpu');
  expect(ask(file, directory, { name: 'tree' })).toBe('made tree for cpu');
  expect(ask(file, directory, { device: 'webgpu' })).toBe('made score for webgpu');
  expect(ask(ownModel(), directory)).toBe('score for cpu');
});

test.each([
  ['cut off', (entry: string) => truncateSync(entry, readFileSync(entry).length - 3)],
  ['cut off within its digest', (entry: string) => truncateSync(entry, 20)],
  ['empty', (entry: string) => truncateSync(entry, 0)],
  ['of something else', (entry: string) => writeFileSync(entry, 'something else')],
  [
    'damaged by a bit',
    (entry: string) => {
      const bytes = readFileSync(entry);
      bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
      writeFileSync(entry, bytes);
    },
  ],
])('an entry that is %s is made again, and whole from then on', (_, damage) => {
  const [file, directory] = [ownModel(), scratch()];
  ask(file, directory);
  damage(join(directory, readdirSync(directory)[0] ?? ''));
  expect(ask(file, directory)).toBe('made score for cpu');
  expect(ask(file, directory)).toBe('score for cpu');
});

/** The model with one byte of its file changed by `by`, its size and times as they were. */
function changed(file: string, by: (bytes: Buffer) => number): void {
  const { atime, mtime } = statSync(file);
  const bytes = readFileSync(file);
  const place = by(bytes);
  bytes.writeUInt8((bytes[place] ?? 0) ^ 1, place);
  writeFileSync(file, bytes);
  utimesSync(file, atime, mtime);
}

test('a model with another graph has programs of its own, at the same place, size and time', () => {
  const [file, directory] = [ownModel(), scratch()];
  ask(file, directory);
  // The name of a value: not at the beginning of the file, nor at its end.
  changed(file, (bytes) => bytes.indexOf('/blocks.1/') + 1);
  expect(ask(file, directory)).toBe('made score for cpu');
  expect(ask(file, directory)).toBe('score for cpu');
});

test('other weights have the same programs, and are probed by themselves', async () => {
  const [file, directory] = [ownModel(), scratch()];
  const found = async (): Promise<number> =>
    await new ProgramCache(readModelFile(file), 'cpu', directory).value('probe', async () => {
      await Promise.resolve();
      return Math.random();
    });
  ask(file, directory);
  const first = await found();
  expect(await found()).toBe(first);
  const weights = readModelFile(file).graph.initializers.map(({ raw }) => raw ?? { start: 0, end: 0 });
  const largest = weights.toSorted((a, b) => b.end - b.start - (a.end - a.start))[0];
  changed(file, () => ((largest?.start ?? 0) + (largest?.end ?? 0)) / 2);
  expect(ask(file, directory)).toBe('score for cpu');
  expect(await found()).not.toBe(first);
});

test('what was written while the file was exchanged is not kept', () => {
  const [file, directory] = [ownModel(), scratch()];
  const cache = new ProgramCache(readModelFile(file), 'cpu', directory);
  cache.bytes('score', () => {
    changed(file, (bytes) => bytes.indexOf('/blocks.1/') + 1);
    return Buffer.from('of neither');
  });
  expect(readdirSync(directory)).toEqual([]);
});

test('weights beside the model are sampled where they lie', async () => {
  const dimensions = { hidden: 64, layers: 1, heads: 2, kvHeads: 2, intermediate: 128, after: null };
  const size = { dimensions, vocabulary: 270, context: 32, seed: 1 };
  const wanted: SyntheticModel = { architecture: 'llama', style: 'portable', precision: 'fp32', ...size };
  const { file } = await buildModel(scratch(), wanted);
  const model = readModelFile(file);
  const before = [graphDigest(model), weightSamples(model)];
  const embedding = model.graph.initializers.find(({ elements }) => elements === 270 * 64)?.external;
  changed(`${file}_data`, () => (embedding?.offset ?? 0) + (270 * 64 * 4) / 2);
  expect(graphDigest(model)).toBe(before[0]);
  expect(weightSamples(model)).not.toBe(before[1]);
});

test('where nothing can be kept, everything is made', () => {
  const blocked = join(scratch(), 'a file');
  writeFileSync(blocked, '');
  const file = ownModel();
  expect(ask(file, blocked)).toBe('made score for cpu');
  expect(ask(file, blocked)).toBe('made score for cpu');
});

test('the second time a model is opened its branches are not probed again', async () => {
  vi.stubEnv('SCALESWEEP_CACHE', scratch());
  const ranMs: number[] = [];
  for (let time = 0; time < 2; time++) {
    const sessions = new ModelSessions({ modelFile: ownFile, device: 'cpu', threads: 1 }, true);
    expect(await sessions.trees()).not.toBeNull();
    ranMs.push((await sessions.program('tree'))?.runningMs ?? -1);
    await sessions.release();
  }
  expect(ranMs[0]).toBeGreaterThan(0);
  expect(ranMs[1]).toBe(0);
});
const ownFile = ownModel();

test('two processes that fill an empty cache at once both answer as ever', async () => {
  const cache = scratch();
  vi.stubEnv('SCALESWEEP_CACHE', cache);
  const requests = goldensOf('large').cases.map(({ request }) => request);
  const engines = await Promise.all([1, 2].map(async () => await openEngine({ device: 'cpu', workers: 2 })));
  const answers = await Promise.all(engines.map(async (engine) => await record(engine, tinyJob(requests))));
  for (const engine of engines) await engine.close();
  expect(answers[0]?.responses).toEqual(answers[1]?.responses);
  expect(answers[0]?.responses).not.toContain(undefined);
  const kept = readdirSync(join(cache, 'programs'));
  expect(kept.length).toBeGreaterThan(1);
  expect(kept.every((name) => name.endsWith('.bin'))).toBe(true);
});
