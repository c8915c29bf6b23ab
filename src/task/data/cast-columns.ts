import { datetimeStr, pyStr } from '../../python/repr.js';
import { dumpJson } from '../../python/json.js';
import {
  isDict,
  isFloat,
  isList,
  isNumeric,
  pyDict,
  PyDatetime,
  pyFloat,
  pyInt,
  toNumber,
  type PyDict,
  type PyValue,
} from '../../python/value.js';
import { decodeLoose } from './loose-values.js';
import { rewriteNumbers } from './rewrite-numbers.js';
import { isLoose, type ColumnShape, type TableShape } from './unify-columns.js';

/**
 * A row with the columns and types of another table: the `datasets` library gives every split those of the first one.
 * Numbers, texts and truth values become one another as pyarrow casts them. Where its cast would fail, and with it
 * lm-eval, the value stays as it is. `written` is the row before it was given types of its own.
 */
export function castToTable(row: PyDict, table: TableShape, written: PyDict): PyDict {
  const known = new Set(table.columns);
  return pyDict([
    ...table.order.map(
      ([name, shape]) =>
        [name, cast((isLoose(shape) ? written : row)[name] ?? null, shape, table.format)] as const,
    ),
    ...Object.entries(row).filter(([name]) => !known.has(name)),
  ]);
}

function cast(value: PyValue, shape: ColumnShape, format: string): PyValue {
  if (value === null) return null;
  if (isLoose(shape)) return decodeLoose(rewriteNumbers(value));
  const [kind] = shape.kinds;
  if (kind === 'text') return shape.datesOnly && format === 'json' ? toTime(value) : toText(value);
  if (kind === 'number') return shape.hasFloat || shape.hasHuge ? toFloat(value) : toInteger(value);
  if (kind === 'boolean') return toBoolean(value);
  if (kind === 'dict') return isDict(value) ? toStruct(value, shape, format) : value;
  const { members } = shape;
  if (kind === 'list' && members !== null && isList(value))
    return value.map((item) => cast(item, members, format));
  // pandas reads a column without a value as floats.
  return kind === undefined && format === 'csv' ? toFloat(value) : value;
}

function toStruct(value: PyDict, { fields }: ColumnShape, format: string): PyDict {
  if (!Object.keys(value).every((key) => fields.has(key))) return value;
  return pyDict([...fields].map(([key, field]) => [key, cast(value[key] ?? null, field, format)] as const));
}

function toText(value: PyValue): PyValue {
  if (typeof value === 'boolean') return String(value);
  if (isNumeric(value)) return isFloat(value) ? arrowText(toNumber(value)) : pyStr(value);
  if (value instanceof PyDatetime) return datetimeStr(value);
  return isDict(value) ? dumpJson(value).replaceAll(JSON_GAPS, '$1') : value;
}

// Blanks behind commas and colons, outside of texts.
const JSON_GAPS = /("(?:[^"\\]|\\.)*"|[,:]) ?/g;

// Of the years 1 and 9999, which is what Python's datetime holds.
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

function toTime(value: PyValue): PyValue {
  const seconds = isNumeric(value) && !isFloat(value) ? toNumber(value) : Number.NaN;
  if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND)) return value;
  return new PyDatetime(BigInt(seconds) * 1_000_000n);
}

function toBoolean(value: PyValue): PyValue {
  if (isNumeric(value)) return toNumber(value) !== 0;
  if (typeof value === 'string' && /^(?:true|false|0|1)$/i.test(value)) return /^[t1]/i.test(value);
  return value;
}

function toInteger(value: PyValue): PyValue {
  if (typeof value === 'boolean') return Number(value);
  if (isFloat(value)) {
    const number = toNumber(value);
    return Number.isInteger(number) ? pyInt(BigInt(number)) : value;
  }
  if (typeof value === 'string' && /^(?:-?\d{1,18}|0[xX][0-9a-fA-F]{1,15})$/.test(value))
    return pyInt(BigInt(value));
  return value instanceof PyDatetime ? pyInt(value.epochMicros / 1_000_000n) : value;
}

const ARROW_FLOAT = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

function toFloat(value: PyValue): PyValue {
  if (isNumeric(value)) return pyFloat(toNumber(value));
  return typeof value === 'string' && ARROW_FLOAT.test(value) ? pyFloat(Number(value)) : value;
}

/** A float as pyarrow writes it: shortest digits, an exponent from 1e10 and below 1e-6, no point behind whole numbers. */
export function arrowText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const size = Math.abs(value);
  return size >= 1e10 || size < 1e-6 ? value.toExponential() : String(value);
}
