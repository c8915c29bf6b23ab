import { parseJson } from '../../python/json.js';
import { pyInt, type PyValue } from '../../python/value.js';

const MAX_INTEGER = 2n ** 64n - 1n;
const MIN_INTEGER = -(2n ** 63n);

/**
 * A value of a JSON column of mixed kinds: the `datasets` library keeps such a column as JSON, and a text that is JSON
 * itself comes back as what it says ("5" as 5).
 */
export function decodeLoose(value: PyValue): PyValue {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (/^-?\d+$/.test(text)) return decodeInteger(text) ?? value;
  if (text === 'NaN') return null;
  try {
    return parseJson(text.replace(/^(-?\d+)\.$/, '$1.0'));
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

function decodeInteger(text: string): PyValue | null {
  const whole = BigInt(text);
  if (whole > MAX_INTEGER || whole < MIN_INTEGER) return null;
  return pyInt(whole);
}
