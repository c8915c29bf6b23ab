import { SweepError } from '../../errors.js';
import { pyFloat, type PyDict, type PyValue } from '../../python/value.js';
import { readRecords } from './csv-records.js';

// What pandas reads as a missing value.
const MISSING = new Set([
  '',
  '#N/A',
  '#N/A N/A',
  '#NA',
  '-1.#IND',
  '-1.#QNAN',
  '-NaN',
  '-nan',
  '1.#IND',
  '1.#QNAN',
  '<NA>',
  'N/A',
  'NA',
  'NULL',
  'NaN',
  'None',
  'n/a',
  'nan',
  'null',
]);

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
      yield Object.fromEntries(
        columns.map((column, index) => [column.name, column.read(record[index] ?? '')]),
      );
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
    columns ??= record.map((name) => new CsvColumn(name, textColumns.has(name)));
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

/** A column is of ints, of floats (then ints and missing ones too), of booleans, or of text. */
class CsvColumn {
  readonly name: string;
  private hasMissing = false;
  private hasValues = false;
  private mayBe: { readonly int: boolean; readonly float: boolean; readonly boolean: boolean };

  constructor(name: string, isText: boolean) {
    this.name = name;
    this.mayBe = { int: !isText, float: !isText, boolean: !isText };
  }

  observe(text: string): void {
    if (MISSING.has(text)) {
      this.hasMissing = true;
      return;
    }
    this.hasValues = true;
    const { int, float, boolean } = this.mayBe;
    if (!int && !float && !boolean) return;
    this.mayBe = {
      int: int && INT.test(text),
      float: float && FLOAT.test(text),
      boolean: boolean && BOOLEAN.test(text),
    };
  }

  read(text: string): PyValue {
    if (MISSING.has(text)) return null;
    const { hasMissing, hasValues, mayBe } = this;
    if (!hasValues) return text;
    if (mayBe.int) return hasMissing ? pyFloat(Number(text)) : readInt(text);
    if (mayBe.float) return pyFloat(readFloat(text.trim()));
    return mayBe.boolean && !hasMissing ? /^t/i.test(text) : text;
  }
}

const INT = /^\s*[-+]?\d{1,18}\s*$/;
const FLOAT = /^\s*[-+]?(?:\d+\.?\d*|\.\d+|inf)(?:[eE][-+]?\d+)?\s*$/;
const BOOLEAN = /^(?:True|TRUE|true|False|FALSE|false)$/;

function readFloat(text: string): number {
  return text.endsWith('inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

function readInt(text: string): PyValue {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text.trim());
}
