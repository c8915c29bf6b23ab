import { PyDatetime, PyFloat, PyTuple, PyView, isDict, isList, isFloat, type PyValue } from './value.js';

/** Python's repr of a float: the shortest digits that round-trip, with an exponent from 1e16 and below 1e-4. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  return plainDecimal(mantissa, exponent);
}

function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

// Python prints every character of these categories as an escape: control, format, surrogate, private use,
// unassigned, and separators but the ASCII space.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** Python's repr of a str. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = '';
  for (const character of text) body += escapeCharacter(character, quote);
  return quote + body + quote;
}

function escapeCharacter(character: string, quote: string): string {
  if (character === quote || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (character >= ' ' && character < '\x7f') return character;
  if (!UNPRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Python's repr of a value. */
export function pyRepr(value: PyValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return stringRepr(value);
  if (value instanceof PyFloat) return floatRepr(value.value);
  if (typeof value === 'number') return isFloat(value) ? floatRepr(value) : value.toFixed(0);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof PyTuple) return tupleRepr(value);
  if (value instanceof PyView) return `dict_${value.part}([${value.map(pyRepr).join(', ')}])`;
  if (isList(value)) return `[${value.map(pyRepr).join(', ')}]`;
  if (value instanceof PyDatetime) return datetimeRepr(value);
  if (isDict(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${stringRepr(key)}: ${pyRepr(item)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function tupleRepr(value: PyTuple): string {
  const items = Array.from(value, pyRepr).join(', ');
  return value.length === 1 ? `(${items},)` : `(${items})`;
}

/** Python's str() of a value. */
export function pyStr(value: PyValue): string {
  if (typeof value === 'string') return value;
  return value instanceof PyDatetime ? datetimeStr(value) : pyRepr(value);
}

function datetimeParts(value: PyDatetime): { date: Date; micros: number } {
  const micros = Number(((value.epochMicros % 1_000_000n) + 1_000_000n) % 1_000_000n);
  return { date: new Date(Number((value.epochMicros - BigInt(micros)) / 1000n)), micros };
}

/** Python's str() of a datetime: `2024-01-10 00:00:00`, with microseconds where there are any. */
export function datetimeStr(value: PyDatetime): string {
  const { date, micros } = datetimeParts(value);
  const text = date.toISOString().slice(0, 19).replace('T', ' ');
  return micros === 0 ? text : `${text}.${String(micros).padStart(6, '0')}`;
}

function datetimeRepr(value: PyDatetime): string {
  const { date, micros } = datetimeParts(value);
  const fields = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
  ];
  if (date.getUTCSeconds() !== 0 || micros !== 0) fields.push(date.getUTCSeconds());
  if (micros !== 0) fields.push(micros);
  return `datetime.datetime(${fields.join(', ')})`;
}
