import { isDict, isFloat, isList, pyDict, pyFloat, toNumber, type PyValue } from '../../python/value.js';

const DECIMALS = 10; // pandas' double_precision
const BIGGEST_FIXED = 1e16; // from here on its numbers are written with all their digits

/**
 * A value whose floats were written with ten decimals and read again, without the sign of -0.0: what the `datasets`
 * library makes of JSON that is not one object a line, since it writes it anew with the JSON writer of pandas.
 */
export function rewriteNumbers(value: PyValue): PyValue {
  if (isFloat(value)) {
    const number = toNumber(value);
    if (!(Math.abs(number) < BIGGEST_FIXED)) return value;
    return pyFloat(Number(number.toFixed(DECIMALS)) + 0);
  }
  if (isList(value)) return value.map(rewriteNumbers);
  if (!isDict(value)) return value;
  return pyDict(Object.entries(value).map(([key, item]) => [key, rewriteNumbers(item)]));
}
