import {
  PyDatetime,
  PyFloat,
  isDict,
  isFloat,
  isList,
  isNumeric,
  pyFloat,
  toNumber,
  type PyDict,
  type PyValue,
} from '../../python/value.js';

/**
 * What a column holds, over all its rows. Python's `datasets` keeps columns of one type: a column with one float
 * holds floats only, missing keys are None, and columns of ISO dates become timestamps.
 */
interface ColumnShape {
  hasFloat: boolean;
  hasInt: boolean;
  hasOther: boolean;
  /** Some text is there, and all of it are dates. */
  datesOnly: boolean;
  hasText: boolean;
  /** Keys of dicts, in order of first sight. */
  readonly fields: Map<string, ColumnShape>;
  hasDict: boolean;
  /** Of the members of lists. */
  members: ColumnShape | null;
}

const DATE = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}(?::?\d{2}(?::?\d{2}(?:\.\d{1,9})?)?)?)?Z?$/;

/** Gathers the shape of a table row by row, then gives every row that shape. */
export class TableShape {
  private readonly root = newShape();

  /** Takes a row into account. */
  add(row: PyDict): void {
    observe(this.root, row);
  }

  /** The names of the columns, in order of first sight. */
  get columns(): string[] {
    return [...this.root.fields.keys()];
  }

  /** The row with every column of the table and the column's type. */
  conform(row: PyDict): PyDict {
    return conform(this.root, row) as PyDict;
  }
}

function newShape(): ColumnShape {
  return {
    hasFloat: false,
    hasInt: false,
    hasOther: false,
    datesOnly: true,
    hasText: false,
    fields: new Map(),
    hasDict: false,
    members: null,
  };
}

function observe(shape: ColumnShape, value: PyValue): void {
  if (value === null) return;
  if (typeof value === 'string') {
    shape.hasText = true;
    if (shape.datesOnly && !DATE.test(value)) shape.datesOnly = false;
  } else if (typeof value === 'boolean') shape.hasOther = true;
  else if (isFloat(value)) shape.hasFloat = true;
  else if (isNumeric(value)) shape.hasInt = true;
  else if (isList(value)) {
    shape.members ??= newShape();
    for (const item of value) observe(shape.members, item);
  } else if (isDict(value)) observeDict(shape, value);
}

function observeDict(shape: ColumnShape, value: PyDict): void {
  shape.hasDict = true;
  for (const [key, item] of Object.entries(value)) {
    let field = shape.fields.get(key);
    if (field === undefined) {
      field = newShape();
      shape.fields.set(key, field);
    }
    observe(field, item);
  }
}

function conform(shape: ColumnShape, value: PyValue): PyValue {
  if (value === null) return null;
  if (typeof value === 'string') return isDateColumn(shape) ? parseDate(value) : value;
  if (typeof value === 'boolean' || value instanceof PyFloat || value instanceof PyDatetime) return value;
  if (isNumeric(value)) return shape.hasFloat ? pyFloat(toNumber(value)) : value;
  if (isList(value))
    return shape.members === null ? value : value.map((item) => conform(shape.members ?? newShape(), item));
  if (!isDict(value)) return value;
  const entries = [...shape.fields].map(([key, field]) => [key, conform(field, value[key] ?? null)] as const);
  return Object.fromEntries(entries);
}

function isDateColumn(shape: ColumnShape): boolean {
  return (
    shape.hasText && shape.datesOnly && !shape.hasInt && !shape.hasFloat && !shape.hasOther && !shape.hasDict
  );
}

function parseDate(text: string): PyDatetime {
  const [, date = '', hour = '00', minute = '00', second = '00', fraction = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d+))?)?)?)?/.exec(text) ?? [];
  const millis = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  return new PyDatetime(BigInt(millis) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6) || '0'));
}
