import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { SweepError } from '../../errors.js';
import { listFiles } from '../../files/list-files.js';
import type { PyDict, PyValue } from '../../python/value.js';
import { locateDataFiles } from './data-files.js';
import { checkKwargs, formatOptions } from './data-kwargs.js';
import { readingOf } from './data-reading.js';
import { isHere, type DataSource } from './data-source.js';
import { readHubSettings, type HubSettings } from '../../hub/hub-settings.js';
import { findOnHub } from './find-on-hub.js';
import { DATA_FORMATS, type DataFormat } from './read-split.js';
import { chooseFiles, type DataRequest } from './repo/choose-files.js';
import { readDatasetCard } from './repo/dataset-card.js';

/** What of a task names its data. */
export interface DataNames {
  readonly task: string;
  /** The task's file: relative paths are looked for beside it first. */
  readonly file: string;
  readonly datasetPath: string | null;
  readonly datasetName: string | null;
  readonly datasetKwargs: PyDict;
}

/**
 * Finds the data of a task: `dataset_path` is a format (json, csv, parquet, text) with `dataset_kwargs.data_files`, a
 * folder of data files, or the name of a data set on the hub. Throws SweepError where there is none.
 */
export async function findData(names: DataNames, hub: HubSettings = readHubSettings()): Promise<DataSource> {
  const { datasetPath, datasetKwargs: kwargs, file } = names;
  checkKwargs(kwargs, file);
  const format = formatNamed(datasetPath);
  if (format !== undefined) return findFiles(format, names);
  const folder = folderNamed(datasetPath, file);
  if (folder !== null) return findInFolder(folder, requestOf(names), names);
  const name = hubNameOf(names);
  if (name === null) throw noData(names);
  return findOnHub({ ...requestOf(names), name, revision: textOf(kwargs['revision']), kwargs, file }, hub);
}

/** The data set of the hub that a task names; null where its data are local. */
export function hubNameOf({ datasetPath, file }: Pick<DataNames, 'datasetPath' | 'file'>): string | null {
  const isLocal = formatNamed(datasetPath) !== undefined || folderNamed(datasetPath, file) !== null;
  const name = datasetPath === null || isLocal ? null : datasetPath.replace(/^hf:\/\/datasets\//, '');
  return name !== null && /^\w[\w.-]*(?:\/\w[\w.-]*)?$/.test(name) ? name : null;
}

const formatNamed = (path: string | null): DataFormat | undefined =>
  DATA_FORMATS.find((name) => name === path);

async function findFiles(format: DataFormat, names: DataNames): Promise<DataSource> {
  const { datasetKwargs: kwargs, file } = names;
  const folder = textOf(kwargs['data_dir']);
  const options = formatOptions(format, kwargs, file);
  if ((kwargs['data_files'] ?? null) === null && folder !== null) {
    const found = await findInFolder(
      resolve(dirname(file), folder),
      { ...requestOf(names), config: null, dataDir: null },
      names,
    );
    return { ...found, format, options };
  }
  const splits = await locateDataFiles(kwargs, file);
  return { format, options, splits, features: null, origin: null, fetch: isHere };
}

async function findInFolder(folder: string, request: DataRequest, names: DataNames): Promise<DataSource> {
  const files = (await listFiles(folder, '')).map((path) => relative(folder, path).replaceAll('\\', '/'));
  const text = (name: string): string =>
    files.includes(name) ? readFileSync(join(folder, name), 'utf8') : '';
  const card = readDatasetCard(text('README.md'), text('.huggingface.yaml'), folder);
  const chosen = chooseFiles({ name: folder, files, card }, request);
  const splits = Object.fromEntries(
    Object.entries(chosen.splits).map(([split, paths]) => [split, paths.map((path) => join(folder, path))]),
  );
  return {
    ...readingOf(chosen, { kwargs: names.datasetKwargs, file: names.file }),
    splits,
    origin: null,
    fetch: isHere,
  };
}

function requestOf({ datasetName, datasetKwargs }: DataNames): DataRequest {
  const dataFiles: PyValue = datasetKwargs['data_files'] ?? null;
  return { config: datasetName, dataFiles, dataDir: textOf(datasetKwargs['data_dir']) };
}

function folderNamed(path: string | null, file: string): string | null {
  if (path === null || path === '') return null;
  const candidates = [resolve(dirname(file), path), resolve(path)];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isDirectory()) ?? null;
}

const textOf = (value: PyValue | undefined): string | null => (typeof value === 'string' ? value : null);

function noData({ datasetPath, file }: DataNames): SweepError {
  return new SweepError(
    'NO_DATA',
    `Expected \`dataset_path\` in ${file} to be ${DATA_FORMATS.join(', ')} with \`dataset_kwargs.data_files\`, a folder of data files, or the name of a data set on the hub, got ${JSON.stringify(datasetPath)}.`,
  );
}
