import { parse } from 'yaml';
import { SweepError } from '../../../errors.js';
import { isDict, isList, type PyDict, type PyValue } from '../../../python/value.js';

/** One configuration of a data set, as the card at the head of its README names it. */
export interface CardConfig {
  readonly name: string;
  readonly isDefault: boolean;
  /** `data_files` as written; null where the card leaves them to the names of files. */
  readonly dataFiles: PyValue;
  readonly dataDir: string | null;
  /** Options of the format, such as `sep`. */
  readonly options: PyDict;
}

/** What a data set's card says of its files. */
export interface DatasetCard {
  readonly configs: readonly CardConfig[];
  /** `features` of `dataset_info` by configuration: the types of columns. */
  readonly features: Readonly<Record<string, readonly PyDict[]>>;
}

/**
 * Reads the YAML between the first two lines of dashes of a README, and that of `.huggingface.yaml`, which comes first.
 * Throws SweepError where it is not YAML or a configuration has no name.
 */
export function readDatasetCard(readme: string, standalone: string, where: string): DatasetCard {
  const front = /^\ufeff?\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)/s.exec(readme)?.[1] ?? '';
  const card = { ...parseFields(front, where), ...parseFields(standalone, where) };
  const configs = card['configs'] ?? [];
  if (!isList(configs)) throw badCard(where, '`configs` to be a list');
  return {
    configs: configs.map((config) => readConfig(config, where)),
    features: readFeatures(card['dataset_info'] ?? null),
  };
}

function parseFields(text: string, where: string): PyDict {
  try {
    const fields: unknown = parse(text, { logLevel: 'error' });
    return isDict(fields) ? fields : {};
  } catch (error) {
    throw new SweepError(
      'BAD_CARD',
      `Expected YAML at the head of the README of ${where}: ${String(error)}.`,
      {
        cause: error,
      },
    );
  }
}

function readConfig(value: PyValue, where: string): CardConfig {
  const name = isDict(value) ? value['config_name'] : null;
  if (!isDict(value) || typeof name !== 'string')
    throw badCard(where, 'every entry of `configs` to have a `config_name`');
  const {
    config_name: _name,
    default: isDefault,
    data_files: dataFiles = null,
    data_dir: dataDir,
    ...options
  } = value;
  return {
    name,
    isDefault: isDefault === true || name === 'default',
    dataFiles,
    dataDir: typeof dataDir === 'string' ? dataDir : null,
    options,
  };
}

function readFeatures(info: PyValue): Record<string, readonly PyDict[]> {
  const entries = (isList(info) ? info : [info]).filter(isDict);
  return Object.fromEntries(
    entries.flatMap(({ config_name: name = 'default', features }) =>
      typeof name === 'string' && isList(features) ? [[name, features.filter(isDict)]] : [],
    ),
  );
}

function badCard(where: string, expected: string): SweepError {
  return new SweepError(
    'BAD_CARD',
    `Expected ${expected} in the card of ${where} (the YAML at the head of its README).`,
  );
}
