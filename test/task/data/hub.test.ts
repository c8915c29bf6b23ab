import { existsSync, lstatSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findData, type DataNames } from '../../../src/task/data/find-data.js';
import { readHubSettings, type HubSettings } from '../../../src/hub/hub-settings.js';
import { readSplit } from '../../../src/task/data/read-split.js';
import { rowsOf } from '../../../src/task/data/table.js';
import { commitOf, startHub, type HubRepo, type HubServer } from '../../helpers/hub-server.js';

const rows = (...words: string[]): string => words.map((word) => `${JSON.stringify({ word })}\n`).join('');
const CARD = `---
configs:
- config_name: en
  data_files:
  - split: test
    path: en/test-*.jsonl
- config_name: de
  data_files: de.csv
dataset_info:
- config_name: de
  features:
  - name: label
    dtype:
      class_label:
        names:
          '0': nein
          '1': ja
  - name: code
    dtype: string
---
`;
const REPOS: readonly HubRepo[] = [
  {
    name: 'org/words',
    formerly: 'words',
    lfs: ['en/test-1.jsonl'],
    revisions: {
      main: {
        'README.md': CARD,
        'en/test-0.jsonl': rows('river', 'café'),
        'en/test-1.jsonl': rows('stone'),
        'de.csv': 'code,label\n007,ja\n,nein\n',
        'other.txt': 'x',
      },
      'refs/pr/3': { 'train.jsonl': rows('draft') },
    },
  },
  {
    name: 'org/scripted',
    revisions: {
      main: { 'scripted.py': 'raise', 'README.md': '# x' },
      'refs/convert/parquet': {
        'one/train/0000.parquet': '',
        'one/test/0000.parquet': '',
        'two/partial-train/0000.parquet': '',
      },
    },
  },
  { name: 'org/gated', token: 'secret', revisions: { main: { 'test.jsonl': rows('hidden') } } },
];

let hub: HubServer;
let settings: HubSettings;
beforeAll(async () => {
  hub = await startHub(REPOS);
});
afterAll(() => hub.close());
beforeEach(() => {
  const cache = mkdtempSync(join(tmpdir(), 'hub-'));
  settings = { endpoint: hub.endpoint, token: null, cache, isOffline: false };
  hub.requests.length = 0;
  hub.breakNext = false;
});

function find(datasetPath: string, more: Partial<DataNames> = {}, how = settings) {
  const names = {
    task: 't',
    file: '/tasks/t.yaml',
    datasetPath,
    datasetName: null,
    datasetKwargs: {},
    ...more,
  };
  return findData(names, how);
}

async function read(source: Awaited<ReturnType<typeof find>>, split: string) {
  const files = source.splits[split] ?? [];
  for (const file of files) await source.fetch(file);
  return rowsOf((await readSplit(files, { ...source, limit: null })).rows);
}

test('a configuration of the card is fetched split by split, pinned to its commit, and kept as the hub’s tools keep it', async () => {
  const source = await find('org/words', { datasetName: 'en' });
  expect(source.origin).toEqual({ name: 'org/words', config: 'en', revision: commitOf('main') });
  expect(
    hub.requests.filter((request) => request.includes('/resolve/') && !request.includes('README')),
  ).toEqual([]);
  expect(await read(source, 'test')).toEqual([{ word: 'river' }, { word: 'café' }, { word: 'stone' }]);
  const folder = join(settings.cache, 'datasets--org--words');
  expect(readFileSync(join(folder, 'refs', 'main'), 'utf8')).toBe(commitOf('main'));
  const file = join(folder, 'snapshots', commitOf('main'), 'en', 'test-1.jsonl');
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(existsSync(join(folder, 'snapshots', commitOf('main'), 'other.txt'))).toBe(false);
});

test('types of the card count: class labels are numbers, text stays text, columns stand in its order', async () => {
  const source = await find('org/words', { datasetName: 'de' });
  expect((await read(source, 'train')).map((row) => JSON.stringify(row))).toEqual([
    '{"label":1,"code":"007"}',
    '{"label":0,"code":null}',
  ]);
});

test('what was fetched once is not fetched again, and serves without a network', async () => {
  await read(await find('org/words', { datasetName: 'en' }), 'test');
  hub.requests.length = 0;
  expect(await read(await find('org/words', { datasetName: 'en' }), 'test')).toHaveLength(3);
  expect(hub.requests).toHaveLength(1); // which commit is main?
  const offline = { ...settings, isOffline: true };
  const unreachable = { ...settings, endpoint: 'http://127.0.0.1:9' };
  for (const how of [offline, unreachable]) {
    const source = await find('org/words', { datasetName: 'en' }, how);
    expect(source.origin?.revision).toBe(commitOf('main'));
    expect(await read(source, 'test')).toHaveLength(3);
  }
  await expect(
    find('org/words', { datasetName: 'de' }, offline).then((source) => read(source, 'train')),
  ).rejects.toThrow(
    /Expected de\.csv of the data set org\/words in the cache, but it is not there; run once without HF_HUB_OFFLINE/,
  );
  await expect(find('org/gated', {}, offline)).rejects.toThrow(
    /since HF_HUB_OFFLINE is set, but it is not there/,
  );
});

test('a revision may be named, and a data set may have moved', async () => {
  const draft = await find('org/words', { datasetKwargs: { revision: 'refs/pr/3' } });
  expect(await read(draft, 'train')).toEqual([{ word: 'draft' }]);
  const pinned = await find('org/words', {
    datasetName: 'en',
    datasetKwargs: { revision: commitOf('main') },
  });
  expect(pinned.origin?.revision).toBe(commitOf('main'));
  const moved = await find('words', { datasetName: 'en' });
  expect(await read(moved, 'test')).toHaveLength(3);
  const some = await find('org/words', { datasetKwargs: { data_files: { test: 'en/*1.jsonl' } } });
  expect(await read(some, 'test')).toEqual([{ word: 'stone' }]);
});

test('a data set that a script makes comes from the Parquet export', async () => {
  const source = await find('org/scripted');
  expect(source).toMatchObject({
    format: 'parquet',
    origin: { config: 'one', revision: commitOf('refs/convert/parquet') },
  });
  expect(Object.keys(source.splits)).toEqual(['train', 'test']);
});

test('a token opens what is closed to others', async () => {
  const source = await find('org/gated', {}, { ...settings, token: 'secret' });
  expect(await read(source, 'test')).toEqual([{ word: 'hidden' }]);
  await expect(find('org/gated')).rejects.toThrow(
    /^Expected the data set org\/gated .* answered 401: it does not exist, or is private or gated: set HF_TOKEN\.$/,
  );
});

test('what is not there is named with what is', async () => {
  await expect(find('org/nothing')).rejects.toThrow(/answered 404: no such data set or revision is there/);
  await expect(find('org/words', { datasetKwargs: { revision: 'v9' } })).rejects.toThrow(
    /revision v9\).* answered 404/,
  );
  await expect(find('org/words')).rejects.toThrow(
    'Expected a `dataset_name` of the data set org/words; its configurations are en, de.',
  );
  await expect(find('org/words', { datasetName: 'em' })).rejects.toThrow(
    /"em" .* are en, de; did you mean "en"\?/,
  );
  const far = { ...settings, endpoint: 'http://127.0.0.1:9' };
  await expect(find('org/other', {}, far)).rejects.toThrow(/^Expected to reach the data set org\/other/);
});

test('a download that breaks off leaves nothing behind and says so', async () => {
  const source = await find('org/words', { datasetName: 'en' });
  hub.breakNext = true;
  await expect(read(source, 'test')).rejects.toThrow(/^Expected en\/test-0\.jsonl with the digest/);
  expect(await read(source, 'test')).toHaveLength(3);
});

test('the environment of the hub’s own tools is followed', () => {
  expect(
    readHubSettings({
      HF_ENDPOINT: 'http://mirror/',
      HF_TOKEN: ' t ',
      HF_HUB_CACHE: '/c',
      HF_HUB_OFFLINE: '1',
    }),
  ).toEqual({
    endpoint: 'http://mirror',
    token: 't',
    cache: '/c',
    isOffline: true,
  });
  const usual = readHubSettings({ HF_HOME: '/home/hf', HF_TOKEN: '' });
  expect(usual).toMatchObject({
    endpoint: 'https://huggingface.co',
    cache: '/home/hf/hub',
    isOffline: false,
  });
});
