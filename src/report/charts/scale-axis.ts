import type { Axis } from '../../analysis/points.js';
import { axisTitle } from '../words.js';

/** Counts as people say them (`350k`, `1.4B`), and powers of ten where prefixes run out. */
const LABEL =
  "datum.value >= 1e15 ? format(datum.value, '.0e') : datum.value >= 1000 ? replace(format(datum.value, '~s'), 'G', 'B') : format(datum.value, '~g')";

/** The horizontal encoding of a chart by scale: logarithmic; bits per byte run backwards, so that better is to the right. */
export function scaleEncoding(axis: Axis, values: readonly number[], field = 'x'): Record<string, unknown> {
  return {
    field,
    type: 'quantitative',
    title: axisTitle(axis),
    scale: { type: 'log', nice: false, ...(axis === 'bits-per-byte' ? { reverse: true } : {}) },
    axis: { values: logTicks(values), labelExpr: LABEL, labelFlush: false },
  };
}

/** Round values inside a range: powers of ten, and 2 and 5 times them where there would be fewer than three. */
export function logTicks(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!(low > 0) || !Number.isFinite(high)) return [];
  const inside = (factors: readonly number[]): number[] => {
    const first = Math.floor(Math.log10(low));
    const decades = Math.ceil(Math.log10(high)) - first + 1;
    return Array.from({ length: decades }, (_, i) => 10 ** (first + i))
      .flatMap((power) => factors.map((factor) => Number((factor * power).toPrecision(6))))
      .filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  };
  const powers = inside([1]);
  return powers.length >= 3 ? powers : inside([1, 2, 5]);
}
