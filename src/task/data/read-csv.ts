import { createReadStream } from 'node:fs';
import { SweepError } from '../../errors.js';
import { pyFloat, type PyDict, type PyValue } from '../../python/value.js';

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

/** The documents of a CSV file with a header, with pandas' rules for missing values and for columns of numbers. */
export async function* readCsv(file: string, separator: string): AsyncGenerator<PyDict> {
  const records: string[][] = [];
  for await (const record of readRecords(file, separator)) records.push(record);
  const [header, ...rows] = records;
  if (header === undefined)
    throw new SweepError('BAD_DATA', `Expected a header line in ${file}, which is empty.`);
  rows.forEach((row, index) => {
    if (row.length > header.length) {
      throw new SweepError(
        'BAD_DATA',
        `Expected ${header.length} fields in record ${index + 2} of ${file}, got ${row.length}.`,
      );
    }
  });
  const columns = header.map((_, index) => readColumn(rows.map((row) => row[index] ?? '')));
  for (let row = 0; row < rows.length; row += 1) {
    yield Object.fromEntries(header.map((name, index) => [name, columns[index]?.[row] ?? null]));
  }
}

// A column is of ints, of floats (then ints and missing ones too), of booleans, or of text.
function readColumn(texts: readonly string[]): PyValue[] {
  const present = texts.filter((text) => !MISSING.has(text));
  const isMissing = present.length < texts.length;
  const all = (pattern: RegExp): boolean => present.length > 0 && present.every((text) => pattern.test(text));
  const convert = (read: (text: string) => PyValue): PyValue[] =>
    texts.map((text) => (MISSING.has(text) ? null : read(text)));
  if (all(/^\s*[-+]?\d{1,18}\s*$/))
    return convert((text) => (isMissing ? pyFloat(Number(text)) : readInt(text)));
  if (all(/^\s*[-+]?(?:\d+\.?\d*|\.\d+|inf)(?:[eE][-+]?\d+)?\s*$/))
    return convert((text) => pyFloat(Number(text.trim())));
  if (all(/^(?:True|TRUE|true|False|FALSE|false)$/) && !isMissing) return convert((text) => /^t/i.test(text));
  return convert((text) => text);
}

function readInt(text: string): PyValue {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text.trim());
}

async function* readRecords(file: string, separator: string): AsyncGenerator<string[]> {
  const reader = new RecordReader(separator);
  let isFirst = true;
  for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    yield* reader.push(isFirst ? chunk.replace(/^\ufeff/, '') : chunk);
    isFirst = false;
  }
  yield* reader.finish(file);
}

/** RFC 4180 records out of chunks of text; blank lines are skipped. */
class RecordReader {
  private readonly separator: string;
  private field = '';
  private record: string[] = [];
  private state: 'plain' | 'quoted' | 'quote-in-quoted' = 'plain';

  constructor(separator: string) {
    this.separator = separator;
  }

  push(chunk: string): string[][] {
    const done: string[][] = [];
    for (const character of chunk) {
      const record = this.pushCharacter(character);
      if (record !== null) done.push(record);
    }
    return done;
  }

  finish(file: string): string[][] {
    if (this.state === 'quoted')
      throw new SweepError('BAD_DATA', `Expected every quote in ${file} to be closed.`);
    const record = this.endRecord();
    return record === null ? [] : [record];
  }

  private pushCharacter(character: string): string[] | null {
    if (this.state === 'quoted') {
      if (character === '"') this.state = 'quote-in-quoted';
      else this.field += character;
      return null;
    }
    if (character === '"') {
      if (this.state === 'quote-in-quoted') this.field += '"';
      else if (this.field !== '') {
        this.field += '"';
        return null;
      }
      this.state = 'quoted';
      return null;
    }
    this.state = 'plain';
    if (character === this.separator) this.endField();
    else if (character === '\n') return this.endRecord();
    else if (character !== '\r') this.field += character;
    return null;
  }

  private endField(): void {
    this.record.push(this.field);
    this.field = '';
  }

  private endRecord(): string[] | null {
    if (this.record.length === 0 && this.field === '') return null;
    this.endField();
    const { record } = this;
    this.record = [];
    return record;
  }
}
