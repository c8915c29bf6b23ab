import { SweepError } from '../../errors.js';
import {
  PyDatetime,
  PyFloat,
  isDict,
  isFloat,
  isList,
  isNumeric,
  pyDict,
  pyFloat,
  toNumber,
  type PyDict,
  type PyValue,
} from '../../python/value.js';
import { decodeLoose } from './loose-values.js';
import { rewriteNumbers } from './rewrite-numbers.js';

type Kind = 'text' | 'boolean' | 'number' | 'list' | 'dict' | 'other';

/**
 * What a column holds, over all its rows. The `datasets` library gives columns one type: numbers with one float among
 * them are floats, missing columns are None, texts that all are ISO dates become timestamps. Columns of mixed kinds,
 * or of dicts whose keys differ, stay as they are in every row.
 */
export interface ColumnShape {
  readonly kinds: Set<Kind>;
  hasFloat: boolean;
  /** Ints beyond 64 bits, which JSON has as floats. */
  hasHuge: boolean;
  datesOnly: boolean;
  /** Keys of dicts, in order of first sight. */
  readonly fields: Map<string, ColumnShape>;
  nDicts: number;
  keysDiffer: boolean;
  /** Lists and dicts around it. */
  readonly depth: number;
  /** Of the members of lists. */
  members: ColumnShape | null;
}

const DATE =
  /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2})(?::(\d{2})(?::(\d{2}))?)?(?:Z|([-+])([01]\d|2[0-3])(?::?([0-5]\d))?)?)?$/;
const MAX_DEPTH = 200; // what reads them goes down level by level
const MAX_INTEGER = 2n ** 63n - 1n; // beyond it, pyarrow reads floats
const MIN_INTEGER = -(2n ** 63n);

/** Gathers the shape of a table row by row, then gives every row that shape. */
export class TableShape {
  private readonly fields = new Map<string, ColumnShape>();
  private nFirst = 0;
  private hasLooseColumn: boolean | null = null;
  private ordered: readonly (readonly [string, ColumnShape])[] | null = null;
  readonly format: string;

  /** `format` of the file: only JSON has no types of its own for dates and for ints beyond 64 bits. */
  constructor({ format }: { readonly format: string }) {
    this.format = format;
  }

  /** Takes a row into account. */
  add(row: PyDict): void {
    for (const [name, value] of Object.entries(row)) observe(fieldOf(this.fields, name), value);
    if (this.nFirst === 0) this.nFirst = this.fields.size;
  }

  /** The columns: those of the first row, then loose ones, then the rest in order of first sight. */
  get order(): readonly (readonly [string, ColumnShape])[] {
    if (this.ordered !== null) return this.ordered;
    const all = [...this.fields];
    const later = all.slice(this.nFirst);
    const isLooseEntry = ([, shape]: readonly [string, ColumnShape]): boolean => isLoose(shape);
    const rest = later.filter((entry) => !isLooseEntry(entry));
    this.ordered = [...all.slice(0, this.nFirst), ...later.filter(isLooseEntry), ...rest];
    return this.ordered;
  }

  /** The names of the columns, in order. */
  get columns(): string[] {
    return this.order.map(([name]) => name);
  }

  /** The row with every column of the table, and each column's type. */
  conform(row: PyDict): PyDict {
    // Tables with loose columns go through another reader of `datasets`.
    this.hasLooseColumn ??= [...this.fields.values()].some(isLooseAnywhere);
    const isRewritten = this.hasLooseColumn;
    return pyDict(
      this.order.map(([name, shape]) => {
        const value = conform(shape, row[name] ?? null, this.format === 'json');
        return [name, isRewritten ? rewriteNumbers(value) : value] as const;
      }),
    );
  }
}

function fieldOf(fields: Map<string, ColumnShape>, name: string, depth = 0): ColumnShape {
  let shape = fields.get(name);
  if (shape === undefined) {
    shape = {
      kinds: new Set(),
      hasFloat: false,
      hasHuge: false,
      datesOnly: true,
      fields: new Map(),
      nDicts: 0,
      keysDiffer: false,
      depth,
      members: null,
    };
    fields.set(name, shape);
  }
  return shape;
}

function kindOf(value: PyValue): Kind {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (isNumeric(value)) return 'number';
  if (isList(value)) return 'list';
  return isDict(value) ? 'dict' : 'other';
}

function observe(shape: ColumnShape, value: PyValue): void {
  if (value === null) return;
  if (shape.depth > MAX_DEPTH) {
    throw new SweepError(
      'BAD_DATA',
      `Expected lists and objects within one another at most ${MAX_DEPTH} deep, got more.`,
    );
  }
  shape.kinds.add(kindOf(value));
  if (typeof value === 'string') {
    if (shape.datesOnly && parseDate(value) === null) shape.datesOnly = false;
  } else if (isList(value)) {
    shape.members ??= fieldOf(new Map(), '', shape.depth + 1);
    for (const item of value) observe(shape.members, item);
  } else if (isDict(value)) observeDict(shape, value);
  else if (isFloat(value)) shape.hasFloat = true;
  else if (typeof value === 'bigint' && (value > MAX_INTEGER || value < MIN_INTEGER)) shape.hasHuge = true;
}

function observeDict(shape: ColumnShape, value: PyDict): void {
  const keys = Object.keys(value);
  const isNew = keys.some((key) => !shape.fields.has(key));
  if (shape.nDicts > 0 && (isNew || keys.length !== shape.fields.size)) shape.keysDiffer = true;
  shape.nDicts += 1;
  for (const key of keys) observe(fieldOf(shape.fields, key, shape.depth + 1), value[key] ?? null);
}

/** True for a column of mixed kinds: its values stay as they are. */
export function isLoose(shape: ColumnShape): boolean {
  const isAlwaysEmpty = shape.nDicts > 0 && shape.fields.size === 0;
  return shape.kinds.size > 1 || shape.keysDiffer || isAlwaysEmpty;
}

function isLooseAnywhere(shape: ColumnShape): boolean {
  return (
    isLoose(shape) ||
    [...shape.fields.values()].some(isLooseAnywhere) ||
    (shape.members !== null && isLooseAnywhere(shape.members))
  );
}

function conform(shape: ColumnShape, value: PyValue, isJson: boolean): PyValue {
  if (value === null) return value;
  if (isLoose(shape)) return isJson ? decodeLoose(value) : value;
  if (typeof value === 'string') return shape.datesOnly && isJson ? parseDate(value) : value;
  if (typeof value === 'boolean' || value instanceof PyFloat || value instanceof PyDatetime) return value;
  if (isNumeric(value)) return shape.hasFloat || (shape.hasHuge && isJson) ? pyFloat(toNumber(value)) : value;
  const { members } = shape;
  if (isList(value)) return members === null ? value : value.map((item) => conform(members, item, isJson));
  if (!isDict(value)) return value;
  return pyDict(
    [...shape.fields].map(([key, field]) => [key, conform(field, value[key] ?? null, isJson)] as const),
  );
}

function parseDate(text: string): PyDatetime | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [, date = '', hour = '00', minute = '00', second = '00', sign, zoneHour = '0', zoneMinute = '0'] =
    match;
  const millis = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(millis) || !new Date(millis).toISOString().startsWith(date)) return null;
  const ahead = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return new PyDatetime(BigInt(sign === '-' ? millis + ahead : millis - ahead) * 1000n);
}
