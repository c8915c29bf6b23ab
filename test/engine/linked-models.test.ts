import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildModel, type SyntheticModel } from '../../src/builder/build-model.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { readModelFile } from '../../src/onnx/read-model.js';
import { weightPlaces } from '../../src/onnx/weight-places.js';
import { expectGoldens } from '../helpers/expect-goldens.js';
import { goldensOf, record, TINY, tinyJob } from '../helpers/tiny-jobs.js';

const { cases } = goldensOf('large');
const REQUESTS = cases.map(({ request }) => request);
const MODEL = join(TINY, 'large/model.onnx');

let root = '';
let engine: Awaited<ReturnType<typeof openEngine>>;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'scalesweep-linked-'));
  engine = await openEngine({ device: 'cpu', workers: 1 });
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true });
});

const answersOf = async (modelFile: string) =>
  await record(engine, tinyJob(REQUESTS, { key: modelFile, modelFile }));

/** A model with its weights beside it, as the hub's cache keeps it: files by digest, and links to them by name. */
async function linkedFromCache(): Promise<{ blobs: string; file: string; linked: string }> {
  const [blobs, snapshot] = [join(root, 'blobs'), join(root, 'snapshots/commit/onnx')];
  const dimensions = { hidden: 64, layers: 1, heads: 2, kvHeads: 2, intermediate: 128, after: null };
  const size = { dimensions, vocabulary: 270, context: 64, seed: 1 };
  const wanted: SyntheticModel = { architecture: 'llama', style: 'portable', precision: 'fp32', ...size };
  const { file } = await buildModel(blobs, wanted);
  mkdirSync(snapshot, { recursive: true });
  const linked = join(snapshot, 'model.onnx');
  symlinkSync(file, linked);
  symlinkSync(`${file}_data`, `${linked}_data`);
  return { blobs, file, linked };
}

test('a model that links lead to, with weights beside it, is run by its programs like the model itself', async () => {
  const { file, linked } = await linkedFromCache();
  const [itself, byLinks] = [await answersOf(file), await answersOf(linked)];
  expect(byLinks.telemetry.notes).toEqual([]);
  expect(byLinks.responses).toEqual(itself.responses);
});

test('a model with its weights inside may be a link', async () => {
  const linked = join(root, 'a link.onnx');
  symlinkSync(MODEL, linked);
  const { responses, telemetry } = await answersOf(linked);
  expect(telemetry.notes).toEqual([]);
  expectGoldens(responses, cases, 1e-4);
});

test('a model file may have any name', async () => {
  const odd = join(root, 'model (1) #é%20 "q".onnx');
  writeFileSync(odd, readFileSync(MODEL));
  const { responses, telemetry } = await answersOf(odd);
  expect(telemetry.notes).toEqual([]);
  expectGoldens(responses, cases, 1e-4);
});

test('links are followed, and locations that lead out of the folder by themselves are not', async () => {
  const own = weightPlaces(readModelFile(MODEL));
  expect(own).toEqual({ folder: join(TINY, 'large'), names: new Map([['model.onnx', 'model.onnx']]) });
  const outside = { ...readModelFile(MODEL).graph.initializers[0], external: external('../secret') };
  const model = readModelFile(MODEL);
  const leading = { ...model, graph: { ...model.graph, initializers: [outside as never] } };
  expect(weightPlaces(leading).names.get('../secret')).toBe('../secret');
});

const external = (location: string) => ({ location, offset: 0, length: 4 });

test('programs of models from before initializers stood alone are of a version in which they do', async () => {
  const old = join(root, 'old.onnx');
  const bytes = readFileSync(MODEL);
  // The first field of the file is its version.
  expect([bytes[0], bytes[1]]).toEqual([8, 8]);
  bytes.writeUInt8(3, 1);
  writeFileSync(old, bytes);
  const { responses } = await answersOf(old);
  expectGoldens(responses, cases, 1e-4);
});
