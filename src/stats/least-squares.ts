import { solveLinear } from './linear-system.js';

/** Coefficients of the columns, and the sum of squared errors they leave. */
export interface LinearFit {
  readonly coefficients: readonly number[];
  readonly error: number;
}

/** Least squares of `y` on the columns, by the normal equations of columns scaled to unit length. */
export function fitLinear(columns: readonly (readonly number[])[], y: readonly number[]): LinearFit {
  const lengths = columns.map((column) => Math.sqrt(inner(column, column)) || 1);
  const scaled = columns.map((column, i) => column.map((value) => value / (lengths[i] as number)));
  const normal = scaled.map((a) => scaled.map((b) => inner(a, b)));
  const solution = solveLinear(
    normal,
    scaled.map((column) => inner(column, y)),
  );
  const coefficients = solution.map((value, i) => value / (lengths[i] as number));
  const residuals = y.map(
    (value, row) =>
      value -
      columns.reduce((total, column, i) => total + (coefficients[i] as number) * (column[row] as number), 0),
  );
  return { coefficients, error: inner(residuals, residuals) };
}

function inner(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}
