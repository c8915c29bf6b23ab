import { SweepError } from '../../errors.js';
import type { PyDict } from '../../python/value.js';
import { formatOptions } from './data-kwargs.js';
import type { DataSource } from './data-source.js';
import { DATA_FORMATS } from './read-split.js';
import type { ChosenFiles } from './repo/choose-files.js';

/** How the chosen files are read. Throws SweepError for a format that is not read here. */
export function readingOf(
  chosen: ChosenFiles,
  { kwargs, file }: { readonly kwargs: PyDict; readonly file: string },
): Pick<DataSource, 'format' | 'options' | 'features'> {
  const format = DATA_FORMATS.find((name) => name === chosen.builder && name !== 'bigbench');
  if (format === undefined) {
    throw new SweepError(
      'DATA_FORMAT',
      `Expected JSON, CSV, Parquet or text files for the data of ${file}, but those of its data set are of the kind ${chosen.builder}; convert them and name them with \`dataset_kwargs.data_files\`.`,
    );
  }
  const own = formatOptions(format, kwargs, file);
  return { format, options: { ...chosen.options, ...own }, features: chosen.features };
}
