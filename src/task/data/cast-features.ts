import { pyStr } from '../../python/repr.js';
import {
  isDict,
  isList,
  isNumeric,
  pyDict,
  pyFloat,
  PyDatetime,
  toNumber,
  type PyDict,
  type PyValue,
} from '../../python/value.js';

/**
 * A row with the columns and types that a data set's card declares, in the card's order: missing columns are None, texts
 * of a class label become its number, numbers become the declared kind. What has no declared type stays as it is.
 */
export function castRow(row: PyDict, features: readonly PyDict[]): PyDict {
  const declared = features.map((feature) => [pyStr(feature['name'] ?? null), feature] as const);
  const names = new Set(declared.map(([name]) => name));
  return pyDict([
    ...declared.map(([name, feature]) => [name, castValue(row[name] ?? null, feature)] as const),
    ...Object.entries(row).filter(([name]) => !names.has(name)),
  ]);
}

/** The names of columns that hold text, whatever they look like. */
export function textColumns(features: readonly PyDict[]): ReadonlySet<string> {
  return new Set(
    features
      .filter(({ dtype }) => dtype === 'string' || dtype === 'large_string' || isDict(dtype))
      .map(({ name = null }) => pyStr(name)),
  );
}

function castValue(value: PyValue, feature: PyDict): PyValue {
  if (value === null) return null;
  const { dtype, struct } = feature;
  if (typeof dtype === 'string') return castScalar(value, dtype);
  if (isDict(dtype)) return castLabel(value, dtype);
  const item = feature['sequence'] ?? feature['list'];
  if (isList(value) && item !== undefined) return value.map((one) => castItem(one, item));
  return isList(struct) && isDict(value) ? castRow(value, struct.filter(isDict)) : value;
}

function castItem(value: PyValue, item: PyValue): PyValue {
  if (typeof item === 'string') return value === null ? null : castScalar(value, item);
  if (isDict(item)) return castValue(value, item);
  return isList(item) && isDict(value) ? castRow(value, item.filter(isDict)) : value;
}

function castScalar(value: PyValue, dtype: string): PyValue {
  if (/^(large_)?string$/.test(dtype))
    return isNumeric(value) || value instanceof PyDatetime ? pyStr(value) : value;
  if (/^u?int\d+$/.test(dtype)) return castInteger(value);
  if (dtype === 'float32' && isNumeric(value)) return pyFloat(Math.fround(toNumber(value)));
  if (dtype === 'float64' && isNumeric(value)) return pyFloat(toNumber(value));
  return value;
}

function castInteger(value: PyValue): PyValue {
  if (typeof value === 'bigint' || typeof value === 'boolean')
    return typeof value === 'boolean' ? Number(value) : value;
  if (typeof value === 'string') return /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  const number = toNumber(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** `class_label: {names: {'0': no, '1': yes}}`, or names as a list. */
function castLabel(value: PyValue, dtype: PyDict): PyValue {
  const label = dtype['class_label'];
  const names = isDict(label) ? label['names'] : undefined;
  if (typeof value !== 'string' || names === undefined) return value;
  const texts = isList(names) ? names : isDict(names) ? Object.values(names) : [];
  const index = texts.findIndex((text) => pyStr(text) === value);
  return index === -1 ? castInteger(value) : index;
}
