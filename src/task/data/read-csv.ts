import { SweepError } from '../../errors.js';
import { pyDict, type PyDict } from '../../python/value.js';
import { columnNames, CsvColumn } from './csv-columns.js';
import { readRecords } from './csv-records.js';

/** How a CSV file is read. */
export interface CsvOptions {
  readonly separator: string;
  /** Columns that stay text, whatever they look like. */
  readonly textColumns?: ReadonlySet<string>;
}

/**
 * The documents of a CSV file with a header, with pandas' rules for missing values and for columns of numbers. The file
 * is read twice: a column's type depends on all of its cells.
 */
export async function* readCsv(file: string, options: CsvOptions): AsyncGenerator<PyDict> {
  const columns = await inspectColumns(file, options);
  let isHeader = true;
  for await (const record of readRecords(file, options.separator)) {
    if (isHeader) isHeader = false;
    else
      yield pyDict(columns.map((column, index) => [column.name, column.read(record[index] ?? '')] as const));
  }
}

async function inspectColumns(
  file: string,
  { separator, textColumns = new Set() }: CsvOptions,
): Promise<CsvColumn[]> {
  let columns: CsvColumn[] | null = null;
  let number = 0;
  for await (const record of readRecords(file, separator)) {
    number += 1;
    columns ??= columnNames(record).map((name) => new CsvColumn(name, textColumns.has(name)));
    if (number === 1) continue;
    if (record.length > columns.length) {
      throw new SweepError(
        'BAD_DATA',
        `Expected ${columns.length} fields in record ${number} of ${file}, got ${record.length}.`,
      );
    }
    columns.forEach((column, index) => column.observe(record[index] ?? ''));
  }
  if (columns === null)
    throw new SweepError('BAD_DATA', `Expected a header line in ${file}, which is empty.`);
  return columns;
}
