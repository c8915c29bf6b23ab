import { exponentText, fixedText, generalText } from '../../python/number-format.js';
import { pyRepr, pyStr } from '../../python/repr.js';
import { codePointLength } from '../../python/text.js';
import { isDict, isFloat, isNumeric, PyTuple, toNumber, typeName, type PyValue } from '../../python/value.js';
import { templateError } from './template-error.js';

const CONVERSION = /%(?:\((.*?)\))?([-0 +#]*)(\d*)(?:\.(\d*))?([a-zA-Z%])/g;

/** Python's `format % values`. Throws for what Python refuses, and for the flag `#`. */
export function formatPercent(format: string, values: PyValue): string {
  const queue = values instanceof PyTuple ? [...values] : [values];
  let nUsed = 0;
  const text = format.replace(CONVERSION, (_, ...parts: (string | undefined)[]) => {
    const [key, flags = '', width = '', digits, kind = ''] = parts;
    if (kind === '%') return '%';
    if (flags.includes('#')) throw templateError('the flag # of a format is not supported');
    if (key === undefined && nUsed >= queue.length)
      throw templateError('not enough arguments for the format text');
    const value = key === undefined ? (queue[nUsed] ?? null) : byName(values, key);
    nUsed += key === undefined ? 1 : 0;
    return padded(converted(value, { kind, digits, flags }), { kind, flags, width: Number(width) });
  });
  if (nUsed < queue.length && !isDict(values) && !Array.isArray(values) && nUsed === 0)
    throw templateError('not all arguments are converted by the format text');
  if (values instanceof PyTuple && nUsed < queue.length)
    throw templateError('not all arguments are converted by the format text');
  return text;
}

function byName(values: PyValue, key: string): PyValue {
  if (isDict(values) && Object.hasOwn(values, key)) return values[key] ?? null;
  throw templateError(`the format text names ${JSON.stringify(key)}, which is not there`);
}

interface Conversion {
  readonly kind: string;
  readonly digits: string | undefined;
  readonly flags: string;
}

function converted(value: PyValue, { kind, digits, flags }: Conversion): string {
  if (kind === 's' || kind === 'r') {
    const text = kind === 's' ? pyStr(value) : pyRepr(value);
    return digits === undefined ? text : Array.from(text).slice(0, Number(digits)).join('');
  }
  if (kind === 'c') return character(value);
  const body = numberText(value, { kind, digits: digits === undefined ? null : Number(digits) });
  const plus = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const isZero = /[diu]/.test(kind) && /^0+$/.test(body);
  return isNegative(value) && body !== 'nan' && !isZero ? `-${body}` : plus + body;
}

function isNegative(value: PyValue): boolean {
  const number = toNumber(value);
  return number < 0 || (isFloat(value) && Object.is(number, -0));
}

function character(value: PyValue): string {
  if (typeof value === 'string' && codePointLength(value) === 1) return value;
  const code = isNumeric(value) && !isFloat(value) ? toNumber(value) : -1;
  if (code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
  throw templateError('%c needs a number or one character');
}

const MOST_DIGITS = 1000;

/** The digits of a number without its sign, by the letter of its conversion. */
export function numberText(
  value: PyValue,
  { kind, digits }: { readonly kind: string; readonly digits: number | null },
): string {
  if (!isNumeric(value)) throw templateError(`%${kind} needs a number, got ${typeName(value)}`);
  if ((digits ?? 0) > MOST_DIGITS) throw templateError(`at most ${MOST_DIGITS} digits are written`);
  if (/[diuxXo]/.test(kind)) return wholeText(value, { kind, digits: digits ?? 1 });
  const size = Math.abs(toNumber(value));
  if (!Number.isFinite(size)) return Number.isNaN(size) ? 'nan' : 'inf';
  const text = { f: fixedText, e: exponentText, g: generalText }[kind.toLowerCase() as 'f' | 'e' | 'g'];
  if (text === undefined) throw templateError(`the conversion %${kind} is not known`);
  const written = text(size, digits ?? 6);
  return kind === kind.toLowerCase() ? written : written.toUpperCase();
}

function wholeText(
  value: PyValue,
  { kind, digits }: { readonly kind: string; readonly digits: number },
): string {
  const isDecimal = /[diu]/.test(kind);
  if (isFloat(value) && !(isDecimal && Number.isFinite(toNumber(value))))
    throw templateError(`%${kind} needs a whole number`);
  const whole = typeof value === 'bigint' ? value : BigInt(Math.trunc(toNumber(value)));
  const size = whole < 0n ? -whole : whole;
  const text = size.toString(isDecimal ? 10 : kind === 'o' ? 8 : 16).padStart(digits, '0');
  return kind === 'X' ? text.toUpperCase() : text;
}

function padded(
  text: string,
  { kind, flags, width }: { readonly kind: string; readonly flags: string; readonly width: number },
): string {
  if (width > 1_000_000) throw templateError('a format is at most 1,000,000 characters wide');
  const missing = Math.max(0, width - codePointLength(text));
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0') || /[src]/.test(kind) || /(?:inf|nan)$/.test(text))
    return ' '.repeat(missing) + text;
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}
