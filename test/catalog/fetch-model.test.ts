import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildModel } from '../../src/builder/build-model.js';
import { fetchModel, type ModelRequest } from '../../src/catalog/fetch-model.js';
import { loadFamily } from '../../src/catalog/load-family.js';
import { digestOfFile } from '../../src/files/digest.js';
import { readHubSettings, type HubSettings } from '../../src/hub/hub-settings.js';
import { runCli } from '../helpers/cli.js';
import { commitOf, startHub, type HubContent, type HubServer } from '../helpers/hub-server.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'fetch-'));
const SHARED = { name: 'org/tiny', revision: null, precisions: [], isCheckpoint: false } as const;

let built: string;
let hub: HubServer;
let cache: string;

beforeAll(async () => {
  built = folder();
  const dimensions = { hidden: 64, layers: 1, heads: 2, kvHeads: 2, intermediate: 128, after: null };
  for (const precision of ['fp32', 'q4'] as const) {
    const style = precision === 'q4' ? 'fused' : 'portable';
    const size = { dimensions, vocabulary: 270, context: 64, seed: 1 };
    await buildModel(built, { architecture: 'llama', ...size, precision, style });
  }
  const files: Record<string, HubContent> = {};
  for (const entry of readdirSync(built, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[relative(built, path).replaceAll('\\', '/')] = readFileSync(path);
  }
  const plain = { 'config.json': '{}', 'tokenizer.json': '{}' };
  hub = await startHub([
    {
      name: 'org/tiny',
      lfs: Object.keys(files).filter((name) => name.endsWith('data')),
      revisions: { main: files },
    },
    {
      name: 'org/torch',
      revisions: { main: { ...plain, 'model.safetensors': 'weights', 'extra/x.safetensors': '' } },
    },
    { name: 'org/bare', revisions: { main: { 'config.json': '{}' } } },
  ]);
});
afterAll(() => hub.close());
beforeEach(() => (cache = folder()));

const settings = (more: Record<string, string> = {}): HubSettings =>
  readHubSettings({ HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, ...more });
const fetched = (request: Partial<ModelRequest>, directory = folder()): ReturnType<typeof fetchModel> =>
  fetchModel({ ...SHARED, ...request }, { directory, settings: settings() });

test('a model is fetched with the weights that its graph names, and loads', async () => {
  const directory = join(folder(), 'tiny');
  const { commit, files } = await fetched({}, directory);
  expect(commit).toBe(commitOf('main'));
  const needed = ['config.json', 'tokenizer.json', 'onnx/model.onnx', 'onnx/model.onnx_data'];
  expect(files).toEqual(expect.arrayContaining(needed));
  expect(files.some((name) => name.includes('q4'))).toBe(false);
  for (const name of files)
    expect(await digestOfFile(join(directory, name))).toBe(await digestOfFile(join(built, name)));
  const [model] = (await loadFamily(directory)).models;
  expect(Object.keys(model?.files ?? {})).toEqual(['fp32']);
});

test('the asked precisions are fetched, and another is refused with those there are', async () => {
  const { files } = await fetched({ precisions: ['q4'] });
  expect(files).toContain('onnx/model_q4.onnx');
  expect(files).not.toContain('onnx/model.onnx');
  await expect(fetched({ precisions: ['int8'] })).rejects.toThrow(
    'Expected int8 among the precisions of org/tiny, but it has fp32, q4; ask for one of these.',
  );
});

test('what is in the cache is not fetched again, and serves without a network', async () => {
  const directory = folder();
  await fetched({}, directory);
  const before = hub.requests.filter((line) => line.includes('/resolve/')).length;
  await fetched({});
  expect(hub.requests.filter((line) => line.includes('/resolve/')).length).toBe(before);
  const offline = settings({ HF_HUB_OFFLINE: '1' });
  const { files } = await fetchModel(SHARED, { directory: folder(), settings: offline });
  expect(files).toContain('onnx/model.onnx');
  expect(statSync(join(directory, 'onnx/model.onnx')).isFile()).toBe(true);
});

test('a model without ONNX files, a tokenizer or existence gets its own sentence', async () => {
  await expect(fetched({ name: 'org/torch' })).rejects.toThrow('fetch them with --checkpoint');
  await expect(fetched({ name: 'org/bare' })).rejects.toThrow(
    'Expected tokenizer.json in the model org/bare',
  );
  await expect(fetched({ name: 'org/none' })).rejects.toThrow('no such model or revision is there');
  expect((await fetched({ name: 'org/torch', isCheckpoint: true })).files).toEqual([
    'config.json',
    'tokenizer.json',
    'model.safetensors',
  ]);
});

test('`models fetch` writes a directory a model and says what it wrote', async () => {
  const output = folder();
  const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, HF_HUB_OFFLINE: '' };
  const { stdout, stderr, code } = await runCli(['models', 'fetch', 'org/tiny', '-o', output], '', { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`${join(output, 'tiny')}  org/tiny@${commitOf('main').slice(0, 12)}`);
  const refused = await runCli(['models', 'fetch', 'org/tiny', '--precision', 'fp8', '-o', output], '', {
    env,
  });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('Expected --precision among fp32, fp16');
});
