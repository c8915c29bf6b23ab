import { fitMonotone } from '../stats/isotonic.js';
import { mean, median } from '../stats/moments.js';
import { axisValue, type CurveInput, type CurvePoint } from './points.js';

/** Least standard error assumed of a proportion whose samples nobody counted: about a thousand samples. */
const LEAST_ERROR = 0.015;
/** The same for other metrics, as a share of the range of their values. */
const LEAST_SHARE = 0.01;

/** Samples behind a point; from p(1-p)/stderr^2 where only the standard error of a proportion is known. */
export function sampleCount(point: CurvePoint, isProportion: boolean): number {
  if (point.n !== null) return point.n;
  if (point.stderr === null || !isProportion) return Number.POSITIVE_INFINITY;
  const p = Math.min(Math.max(point.value, 0.01), 0.99);
  return point.stderr > 0
    ? Math.max(1, Math.round((p * (1 - p)) / point.stderr ** 2))
    : Number.POSITIVE_INFINITY;
}

/** Variance of one point: the given standard error, or the binomial one with two pseudo-counts, so that it is never 0. */
export function pointVariance(point: CurvePoint, isProportion: boolean): number {
  const n = sampleCount(point, isProportion);
  const given = point.stderr === null ? 0 : point.stderr ** 2;
  if (!isProportion) return given > 0 ? given : 1e-12;
  if (!Number.isFinite(n)) return Math.max(given, 1e-8);
  const p = (point.value * n + 1) / (n + 2);
  return Math.max(given, (p * (1 - p)) / n);
}

/**
 * The curve with the noise of every point known. A proportion of 0 or 1 has a standard error of 0 and says nothing of n,
 * which then is that of the other points; where no point tells, the scatter about a monotone curve stands in.
 */
export function withNoise(input: CurveInput, isProportion: boolean): CurveInput {
  const isKnown = ({ n, stderr }: CurvePoint): boolean =>
    (n !== null && isProportion) || (stderr !== null && stderr > 0);
  if (input.points.every(isKnown)) return input;
  const known = input.points.filter(isKnown);
  if (known.length === 0) return withScatter(input, isProportion);
  const n = isProportion ? Math.round(median(known.map((point) => sampleCount(point, true)))) : null;
  const stderr = isProportion ? null : median(known.map((point) => point.stderr ?? 0));
  return {
    ...input,
    points: input.points.map((point) => (isKnown(point) ? point : { ...point, n: point.n ?? n, stderr })),
  };
}

function withScatter(input: CurveInput, isProportion: boolean): CurveInput {
  const stderr = scatterOf(input, isProportion);
  const remark = 'Neither n nor a standard error is given: noise is judged by the scatter of the points.';
  return {
    ...input,
    points: input.points.map((point) => ({ ...point, stderr })),
    remarks: [...(input.remarks ?? []), remark],
  };
}

/** Root mean square distance from the better monotone fit, which costs a parameter a step. */
function scatterOf({ points, axis }: CurveInput, isProportion: boolean): number {
  const ordered = [...points].sort((a, b) => (axisValue(a, axis) ?? 0) - (axisValue(b, axis) ?? 0));
  const values = ordered.map(({ value }) => value);
  const least = isProportion ? LEAST_ERROR : LEAST_SHARE * (Math.max(...values) - Math.min(...values));
  const errors = (['up', 'down'] as const).map((direction) => {
    const { blocks, errors: sums } = fitMonotone(values, new Float64Array(values.length).fill(1), direction);
    return Math.sqrt((sums.at(-1) ?? 0) / Math.max(1, values.length - blocks.length));
  });
  const size = mean(values.map(Math.abs));
  return Math.max(Math.min(...errors), least, 1e-9 * size, 1e-12);
}
