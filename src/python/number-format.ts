const MOST_DECIMALS = 400; // no double has digits further away from the point that rounding could change
const MANTISSA_BITS = 1074n; // every double is a whole number of 2^-1074

/** value * 10^digits, to the nearest whole number of its exact value, half to even. */
function scaledWhole(value: number, digits: number): bigint {
  const exact = wholeOf(value); // value * 2^1074
  const [numerator, denominator] =
    digits >= 0
      ? [exact * 10n ** BigInt(digits), 1n << MANTISSA_BITS]
      : [exact, (1n << MANTISSA_BITS) * 10n ** BigInt(-digits)];
  const floor = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const isUp = twice > denominator || (twice === denominator && floor % 2n === 1n);
  return isUp ? floor + 1n : floor;
}

const BUFFER = new DataView(new ArrayBuffer(8));

// A finite double from 0 as a number of 2^-1074.
function wholeOf(value: number): bigint {
  BUFFER.setFloat64(0, value);
  const bits = BUFFER.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  return exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
}

/** The digits of a finite number from 0 with so many behind the point, as Python's `%.2f` rounds them. */
export function fixedText(value: number, digits: number): string {
  const text = scaledWhole(value, digits)
    .toString()
    .padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Python's `%.2e` of a finite number from 0. */
export function exponentText(value: number, digits: number): string {
  let exponent = value === 0 ? 0 : Number(value.toExponential().split('e')[1]);
  let text = scaledWhole(value, digits - exponent).toString();
  if (text.length > digits + 1) {
    exponent += 1;
    text = scaledWhole(value, digits - exponent).toString();
  }
  const mantissa = text.padStart(digits + 1, '0');
  const point = digits === 0 ? '' : '.';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa.slice(0, 1)}${point}${mantissa.slice(1)}e${exponent < 0 ? '-' : '+'}${size}`;
}

/** Python's `%.6g` of a finite number from 0: so many digits in all, no zeros at the end. */
export function generalText(value: number, precision: number): string {
  const digits = Math.max(1, precision);
  const scientific = exponentText(value, digits - 1);
  const exponent = Number(scientific.split('e')[1]);
  const isFixed = exponent >= -4 && exponent < digits;
  const text = isFixed ? fixedText(value, digits - 1 - exponent) : scientific;
  return text.includes('.') ? text.replace(/\.?0+(?=e|$)/, '') : text;
}

/** Python's round(value, digits): the nearest double of the digits that the exact value rounds to. */
export function roundTo(value: number, digits: number): number {
  if (!Number.isFinite(value) || value === 0 || digits > MOST_DECIMALS) return value;
  if (digits < -MOST_DECIMALS) return 0;
  const whole = scaledWhole(Math.abs(value), digits);
  return (value < 0 ? -1 : 1) * Number(`${whole}e${-digits}`);
}
