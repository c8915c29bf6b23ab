import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { CURVE_COLUMNS } from './columns.js';

/** One row a curve as CSV (RFC 4180, but lines end in a newline alone). */
export function curvesCsv(curves: readonly CurveAnalysis[]): string {
  const rows = [
    CURVE_COLUMNS.map(({ name }) => name),
    ...curves.map((curve) => CURVE_COLUMNS.map(({ of }) => of(curve))),
  ];
  return rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

/** A value as a CSV cell, quoted where it must be. */
export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
