import { strip } from './text.js';

const FLOAT = /^[+-]?(?:(?:\d+(?:_\d+)*)(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const SPECIAL = /^[+-]?(?:inf|infinity|nan)$/i;

/** The number that Python's float() reads from a text; null where it would raise ValueError. */
export function readFloat(text: string): number | null {
  const trimmed = asciiDigits(strip(text));
  if (FLOAT.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  if (!SPECIAL.test(trimmed)) return null;
  if (/nan/i.test(trimmed)) return Number.NaN;
  return trimmed.startsWith('-') ? -Infinity : Infinity;
}

// Decimal digits of any script count; every script has its ten in a row.
function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    let zero = digit.codePointAt(0) ?? 0;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && (digit.codePointAt(0) ?? 0) - zero < 9)
      zero -= 1;
    return String((digit.codePointAt(0) ?? 0) - zero);
  });
}

/** numpy's rounding to so many decimals: scaled, then half to even. */
export function roundLikeNumpy(value: number, decimals: number): number {
  const scaled = value * 10 ** decimals;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const isUp = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (isUp ? floor + 1 : floor) / 10 ** decimals;
}
