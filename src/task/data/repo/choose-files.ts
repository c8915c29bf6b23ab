import { SweepError } from '../../../errors.js';
import { didYouMean } from '../../near-name.js';
import type { PyDict, PyValue } from '../../../python/value.js';
import type { CardConfig, DatasetCard } from './dataset-card.js';
import { inferBuilder, isDataFile, isOfBuilder } from './file-format.js';
import { resolvePatterns } from './match-files.js';
import { defaultPatterns, readPatterns, type SplitPatterns } from './split-patterns.js';

/** A repository of data files: a folder here, or a data set on the hub. */
export interface DataRepo {
  /** Its name, for messages. */
  readonly name: string;
  /** Paths of all its files, with `/`. */
  readonly files: readonly string[];
  readonly card: DatasetCard;
}

/** What a task asks of a repository. */
export interface DataRequest {
  /** Name of a configuration (`dataset_name`); null for the default one. */
  readonly config: string | null;
  /** `data_files` and `data_dir` of `dataset_kwargs`; null where they are not given. */
  readonly dataFiles: PyValue;
  readonly dataDir: string | null;
}

/** The files of a configuration, and how they are read. */
export interface ChosenFiles {
  readonly config: string;
  /** The library's name of the format: `json`, `csv`, `parquet`, `text`, or one that is not read here. */
  readonly builder: string;
  readonly options: PyDict;
  readonly splits: Readonly<Record<string, readonly string[]>>;
  /** Types of the columns, where the card tells them. */
  readonly features: readonly PyDict[] | null;
}

/**
 * The files of one configuration of a data repository by split, as the `datasets` library finds them: by the request,
 * else by the card's configurations, else by the names of folders and files. Throws SweepError where the
 * configuration is not there or holds no data.
 */
export function chooseFiles(repo: DataRepo, request: DataRequest): ChosenFiles {
  const config = chooseConfig(repo, request);
  const given = request.dataFiles ?? (request.dataDir === null ? config.dataFiles : null);
  const folder = request.dataFiles === null ? (request.dataDir ?? config.dataDir) : request.dataDir;
  const inFolder = folder === null ? repo.files : filesBelow(folder, repo.files);
  const patterns = given === null ? defaultPatterns(inFolder) : patternsOf(given, repo);
  if (patterns === null) throw noData(repo, config.name);
  const { splits, missing } = resolvePatterns(patterns, inFolder, isDataFile);
  if (missing.length > 0) {
    throw new SweepError(
      'NO_DATA_FILE',
      `Expected the file ${missing.join(', ')} in the data set ${repo.name}, but it is not there; there are ${listed(repo.files)}.`,
    );
  }
  const filled = Object.entries(splits).filter(([, paths]) => paths.length > 0);
  const [builder, endings] = builderOf(filled, { repo, config: config.name });
  return {
    config: config.name,
    builder,
    options: { ...endings, ...config.options },
    splits: Object.fromEntries(
      filled.map(([split, paths]) => [
        split,
        rooted(
          paths.filter((path) => isOfBuilder(path, builder)),
          folder,
        ),
      ]),
    ),
    features: repo.card.features[config.name] ?? null,
  };
}

function builderOf(
  splits: readonly (readonly [split: string, paths: readonly string[]])[],
  where: { readonly repo: DataRepo; readonly config: string },
): readonly [builder: string, options: PyDict] {
  const found = splits.map(([split, paths]) => ({ split, inferred: inferBuilder(paths) }));
  const first = found[0]?.inferred ?? null;
  if (first === null) throw noData(where.repo, where.config);
  const other = found.find(({ inferred }) => inferred === null || inferred[0] !== first[0]);
  if (other === undefined) return first;
  throw new SweepError(
    'MIXED_DATA',
    `Expected one kind of files in all splits of the data set ${where.repo.name}, got ${first[0]} and ${other.inferred?.[0] ?? 'none'} (in ${other.split}).`,
  );
}

function chooseConfig({ name, card }: DataRepo, { config, dataFiles }: DataRequest): CardConfig {
  const plain: CardConfig = { name: 'default', isDefault: true, dataFiles: null, dataDir: null, options: {} };
  const configs = card.configs.length > 0 ? card.configs : [plain];
  const names = configs.map((one) => one.name);
  const found = config === null ? defaultConfig(configs) : configs.find((one) => one.name === config);
  if (found !== undefined) return found;
  if (dataFiles !== null) return plain;
  const asked = config === null ? 'a `dataset_name`' : `the configuration ${JSON.stringify(config)}`;
  throw new SweepError(
    'NO_DATA_CONFIG',
    `Expected ${asked} of the data set ${name}; its configurations are ${listed(names)}${config === null ? '' : didYouMean(config, names)}.`,
  );
}

function defaultConfig(configs: readonly CardConfig[]): CardConfig | undefined {
  return configs.length === 1 ? configs[0] : configs.find((config) => config.isDefault);
}

function patternsOf(given: PyValue, repo: DataRepo): SplitPatterns {
  const patterns = readPatterns(given);
  if (patterns !== null) return patterns;
  throw new SweepError(
    'BAD_DATA_FILES',
    `Expected \`data_files\` of the data set ${repo.name} to be a path, a list of paths, or a path or list for each split.`,
  );
}

/** Files below a folder, as paths from there. */
function filesBelow(folder: string, files: readonly string[]): string[] {
  const prefix = `${folder.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')}/`;
  return prefix === '/'
    ? [...files]
    : files.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
}

function rooted(paths: readonly string[], folder: string | null): string[] {
  const prefix = folder === null ? '' : folder.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  return paths.map((path) => (prefix === '' ? path : `${prefix}/${path}`));
}

function noData(repo: DataRepo, config: string): SweepError {
  return new SweepError(
    'NO_DATA',
    `Expected data files of the configuration ${config} in the data set ${repo.name}, but it holds ${listed(repo.files)}.`,
  );
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  return names.length > 20
    ? `${names.slice(0, 20).join(', ')} and ${names.length - 20} more`
    : names.join(', ');
}
