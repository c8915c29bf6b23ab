import { SweepError } from '../../errors.js';
import { pyStr } from '../../python/repr.js';
import { isDict, isList, toNumber, type PyDict, type PyValue } from '../../python/value.js';

/** A column of a document; a missing one is named with those there are. */
export function column(doc: PyDict, name: string): PyValue {
  const value = doc[name];
  if (value !== undefined) return value;
  throw new SweepError(
    'BAD_DATA',
    `Expected the column ${JSON.stringify(name)} in a document; it has ${Object.keys(doc).join(', ')}.`,
  );
}

/** A column as text. */
export function textColumn(doc: PyDict, name: string): string {
  return pyStr(column(doc, name));
}

/** A column as a number; texts of digits count. */
export function numberColumn(doc: PyDict, name: string): number {
  const value = column(doc, name);
  return typeof value === 'string' ? Number(value) : toNumber(value);
}

/** A column as a list. */
export function listColumn(doc: PyDict, name: string): readonly PyValue[] {
  const value = column(doc, name);
  if (isList(value)) return value;
  throw new SweepError(
    'BAD_DATA',
    `Expected a list in the column ${JSON.stringify(name)}, got ${pyStr(value).slice(0, 40)}.`,
  );
}

/** A column as a list of texts. */
export function textsColumn(doc: PyDict, name: string): string[] {
  return listColumn(doc, name).map(pyStr);
}

/** A column as a dict. */
export function dictColumn(doc: PyDict, name: string): PyDict {
  const value = column(doc, name);
  if (isDict(value)) return value;
  throw new SweepError(
    'BAD_DATA',
    `Expected an object in the column ${JSON.stringify(name)}, got ${pyStr(value).slice(0, 40)}.`,
  );
}
