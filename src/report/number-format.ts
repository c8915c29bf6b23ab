/** Points of a proportion as the tables show it: `.35`, `1.0`, and three significant digits of anything larger. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 0 && value < 0.995) return value.toFixed(2).replace(/^0/, '');
  if (value >= 0 && value <= 1) return '1.0';
  return formatSignificant(value);
}

/** Three significant digits, without an exponent up to a million: `0.0123`, `12.3`, `1,230`, `1.23e+9`. */
export function formatSignificant(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 1e6) return value.toExponential(2);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const text = value.toFixed(Math.min(digits, 8));
  return Math.abs(value) >= 1000 ? Number(text).toLocaleString('en-US') : text;
}

const UNITS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A count with a unit: `28k`, `1.4G`. */
export function formatCount(value: number): string {
  const unit = UNITS.find(([size]) => Math.abs(value) >= size * 0.9995);
  if (unit === undefined) return String(Math.round(value));
  const scaled = value / unit[0];
  return `${scaled >= 99.95 ? scaled.toFixed(0) : scaled.toPrecision(3).replace(/\.?0+$/, '')}${unit[1]}`;
}

/** A share as a percentage: `87%`. */
export function formatPercent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** A difference with its sign: `+.05`, `-1.20`. */
export function formatSigned(value: number): string {
  return `${value < 0 ? '-' : '+'}${formatValue(Math.abs(value))}`;
}
