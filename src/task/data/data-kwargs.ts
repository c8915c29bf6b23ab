import { SweepError } from '../../errors.js';
import type { PyDict } from '../../python/value.js';
import type { DataFormat } from './read-split.js';

/** What `datasets.load_dataset` takes and what is followed here. */
const FOLLOWED = ['data_files', 'data_dir', 'revision'];

/** What it takes that changes no document. */
const WITHOUT_EFFECT = [
  'trust_remote_code',
  'cache_dir',
  'download_mode',
  'download_config',
  'verification_mode',
  'ignore_verifications',
  'num_proc',
  'keep_in_memory',
  'save_infos',
  'token',
  'use_auth_token',
  'streaming',
];

const OF_FORMAT: Readonly<Record<DataFormat, readonly string[]>> = {
  json: ['field', 'chunksize'],
  csv: ['sep', 'delimiter', 'chunksize'],
  parquet: ['batch_size'],
  text: ['chunksize'],
  bigbench: [],
};

/** Refuses fields of `dataset_kwargs` that would change the documents and are not followed, by name. */
export function checkKwargs(kwargs: PyDict, file: string): void {
  const known = new Set([...FOLLOWED, ...WITHOUT_EFFECT, ...Object.values(OF_FORMAT).flat()]);
  refuse(
    Object.keys(kwargs).filter((name) => !known.has(name)),
    [...FOLLOWED, ...WITHOUT_EFFECT],
    file,
  );
}

/** The options of a format among the fields. Throws SweepError for those of another format. */
export function formatOptions(format: DataFormat, kwargs: PyDict, file: string): PyDict {
  const own = Object.entries(kwargs).filter(
    ([name]) => !FOLLOWED.includes(name) && !WITHOUT_EFFECT.includes(name),
  );
  refuse(
    own.map(([name]) => name).filter((name) => !OF_FORMAT[format].includes(name)),
    OF_FORMAT[format],
    file,
  );
  const separator = kwargs['sep'] ?? kwargs['delimiter'] ?? ',';
  if (typeof separator === 'string' && separator.length === 1) return Object.fromEntries(own);
  throw new SweepError(
    'BAD_TASK',
    `Expected \`sep\` in ${file} to be one character, got ${JSON.stringify(separator)}: rewrite the file with commas.`,
  );
}

function refuse(names: readonly string[], known: readonly string[], file: string): void {
  if (names.length === 0) return;
  throw new SweepError(
    'BAD_TASK',
    `Expected fields of \`dataset_kwargs\` in ${file} that are followed here (${known.join(', ')}), got ${names.join(', ')}.`,
  );
}
