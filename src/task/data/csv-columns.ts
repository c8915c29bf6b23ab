import { pyFloat, type PyValue } from '../../python/value.js';
import { pandasFloat } from './pandas-float.js';

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

const INT = /^[ \t\v\f\r\n]*[-+]?\d+[ \t\v\f\r\n]*$/;
const FLOAT = /^[ \t\v\f\r\n]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[ \t\v\f\r\n]*$/;
const INFINITE = /^[-+]?inf(?:inity)?$/i;
const BOOLEAN = /^(?:true|false)$/i;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

type Kind = 'int' | 'float' | 'boolean' | 'text';

/** A column of a CSV file with pandas' types: ints, floats (then ints and missing ones too), booleans, or text. */
export class CsvColumn {
  readonly name: string;
  private hasMissing = false;
  private hasValues = false;
  private isInt: boolean;
  private isFloat: boolean;
  private isBoolean: boolean;
  private hasNegative = false;
  private smallest = 0n;
  private largest = 0n;

  constructor(name: string, isText: boolean) {
    this.name = name;
    this.isInt = this.isFloat = this.isBoolean = !isText;
  }

  /** Takes a cell into account. */
  observe(text: string): void {
    if (MISSING.has(text)) {
      this.hasMissing = true;
      return;
    }
    this.hasValues = true;
    this.isBoolean &&= BOOLEAN.test(text);
    this.isFloat &&= FLOAT.test(text) || INFINITE.test(text);
    if (!this.isInt) return;
    if (INT.test(text)) this.observeInt(text.trim());
    // Ints beyond 64 bits are found before a fraction is: then pandas does not try floats.
    else if (this.isBeyondInt64) this.isInt = this.isFloat = false;
    else this.isInt = false;
  }

  private observeInt(text: string): void {
    this.hasNegative ||= text.startsWith('-');
    if (text.length < 16) return;
    const value = BigInt(text.replace('+', ''));
    if (value > this.largest) this.largest = value;
    if (value < this.smallest) this.smallest = value;
  }

  private get isBeyondInt64(): boolean {
    return this.largest > MAX_INT64 || this.smallest < MIN_INT64;
  }

  private get kind(): Kind {
    if (this.isInt && this.isBeyondInt64)
      return this.hasMissing || this.hasNegative || this.largest > MAX_UINT64 ? 'text' : 'int';
    if (this.isInt) return this.hasMissing ? 'float' : 'int';
    if (this.isFloat) return 'float';
    return this.isBoolean ? 'boolean' : 'text';
  }

  /** The value of a cell, once all have been observed. */
  read(text: string): PyValue {
    if (MISSING.has(text)) return null;
    if (!this.hasValues) return text;
    switch (this.kind) {
      case 'int':
        return readInt(text.trim());
      case 'float':
        return pyFloat(readFloat(text.trim()));
      case 'boolean':
        return /^t/i.test(text);
      case 'text':
        return text;
    }
  }
}

function readFloat(text: string): number {
  if (INFINITE.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return pandasFloat(text);
}

function readInt(text: string): PyValue {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value + 0 : BigInt(text.replace('+', ''));
}

/** The names of columns: an empty one is numbered by its place, equal ones among one another. */
export function columnNames(header: readonly string[]): string[] {
  const names = header.map((name, index) => (name === '' ? `Unnamed: ${index}` : name));
  const counts = new Map<string, number>();
  names.forEach((given, index) => {
    let name = given;
    let count = counts.get(given) ?? 0;
    while (count > 0) {
      counts.set(given, count + 1);
      name = `${given}.${count}`;
      count = names.includes(name) ? count + 1 : (counts.get(name) ?? 0);
    }
    names[index] = name;
    counts.set(name, count + 1);
  });
  return names;
}
