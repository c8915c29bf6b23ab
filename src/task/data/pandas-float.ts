const MAX_DIGITS = 17;
const MAX_EXPONENT = 308;
const NUMBER = /^[-+]?(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/;

/**
 * The number that pandas reads of a decimal text (precise_xstrtod of its C parser): 17 digits, zeros in front counted,
 * gathered in double precision and scaled once. So its last digit may differ from the nearest double.
 */
export function pandasFloat(text: string): number {
  const [, whole = '', decimals = '', scale = '0'] = NUMBER.exec(text) ?? [];
  const kept = (whole + decimals).slice(0, MAX_DIGITS);
  let value = 0;
  for (const digit of kept) value = value * 10 + Number(digit);
  const dropped = Math.max(0, whole.length - MAX_DIGITS);
  const nDecimals = Math.max(0, kept.length - whole.length);
  const scaled = scaleBy(value, dropped - nDecimals + Number(scale));
  return text.startsWith('-') ? -scaled : scaled;
}

function scaleBy(value: number, exponent: number): number {
  if (exponent > MAX_EXPONENT) return value === 0 ? 0 : Infinity;
  if (exponent > 0) return value * Number(`1e${exponent}`);
  if (exponent >= -MAX_EXPONENT) return value / Number(`1e${-exponent}`);
  return value / Number(`1e${-MAX_EXPONENT - exponent}`) / 1e308;
}
