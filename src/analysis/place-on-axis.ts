import { SweepError } from '../errors.js';
import type { Axis, CurveInput, CurvePoint } from './points.js';

/** What the choice of an axis looks at. */
type Place = Pick<CurvePoint, 'nParams' | 'trainingTokens' | 'distinctExamples'>;

/** Token counts that differ by less than this factor are of one training budget (the last batch is seldom full). */
const SAME_TOKENS = 1.05;

/**
 * The axis that a set of points asks for where nobody named one: what varies. Models of one size differ by their data;
 * models trained on different amounts are only comparable by compute; others stand by their parameters.
 */
export function chooseAxis(points: readonly Place[]): Axis {
  const sizes = new Set(points.map(({ nParams }) => nParams));
  const tokensDiffer = differ(points.map(({ trainingTokens }) => trainingTokens));
  if (sizes.size > 1) return tokensDiffer ? 'flops' : 'parameters';
  const amounts = points.map(({ distinctExamples }) => distinctExamples ?? null);
  if (differ(amounts)) return 'examples';
  return tokensDiffer ? 'tokens' : 'parameters';
}

function differ(counts: readonly (number | null)[]): boolean {
  const known = counts.filter((count): count is number => count !== null && count > 0);
  return known.length > 0 && known.length === counts.length && extent(known) > SAME_TOKENS;
}

const extent = (values: readonly number[]): number => {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high / low;
};

/**
 * One curve on an axis, or one a size where the axis is what models were trained on: sizes are not joined there.
 * Throws SweepError where the axis would take models of different training for seeds of one scale.
 */
export function placeOnAxis(curve: Omit<CurveInput, 'axis'>, axis: Axis): CurveInput[] {
  if (axis === 'parameters' || axis === 'non-embedding') refuseMixedTraining(curve, axis);
  if (axis !== 'tokens' && axis !== 'examples') return [{ ...curve, axis }];
  const bySize = new Map<number, CurvePoint[]>();
  for (const point of curve.points) {
    const same = bySize.get(point.nParams);
    if (same === undefined) bySize.set(point.nParams, [point]);
    else same.push(point);
  }
  if (bySize.size === 1) return [{ ...curve, axis }];
  return [...bySize]
    .sort(([a], [b]) => a - b)
    .map(([size, points]) => ({ ...curve, axis, family: `${curve.family} ${shortCount(size)}`, points }));
}

function refuseMixedTraining({ family, task, points }: Omit<CurveInput, 'axis'>, axis: Axis): void {
  const seen = new Map<number, CurvePoint>();
  for (const point of points) {
    const first = seen.get(point.nParams);
    if (first === undefined) seen.set(point.nParams, point);
    else if (differ([first.trainingTokens, point.trainingTokens])) {
      throw new SweepError(
        'MIXED_TRAINING',
        `Expected one amount of training for each size of ${family} on ${task} along ${axis}, but ${point.scale} comes with ${first.trainingTokens} and ${point.trainingTokens} tokens: use --axis flops or --axis tokens`,
      );
    }
  }
}

/** 33472 as `33k`, for the name of a curve of one size. */
function shortCount(count: number): string {
  const units: readonly (readonly [number, string])[] = [
    [1e12, 't'],
    [1e9, 'b'],
    [1e6, 'm'],
    [1e3, 'k'],
  ];
  const [size, unit] = units.find(([least]) => count >= least) ?? [1, ''];
  return `${Number((count / size).toPrecision(3))}${unit}`;
}
