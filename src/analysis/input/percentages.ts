import type { CurveInput, CurvePoint } from '../points.js';

/** Metrics that are shares of samples, by the words that papers and harnesses use. */
const SHARE = /acc|exact|match|\bem\b|f1|pass|grade|score|correct|rate|recall|precision|\bmc[12]?\b|percent/i;

/** Scores from 0 to 100 of metrics that are shares, turned into shares, with a remark that says so; other curves as they are. */
export function fromPercentages<Curve extends Omit<CurveInput, 'axis'>>(curve: Curve): Curve {
  const values = curve.points.map(({ value }) => value);
  const isPercent =
    curve.higherIsBetter &&
    SHARE.test(curve.metric) &&
    values.some((value) => value > 1) &&
    values.every((value) => value >= 0 && value <= 100);
  if (!isPercent) return curve;
  return {
    ...curve,
    points: curve.points.map(shareOf),
    remarks: [...(curve.remarks ?? []), 'Values up to 100 were read as percentages.'],
  };
}

/** A guess is often given as a share beside scores in percent: what is at most 1 stays. */
function shareOf(point: CurvePoint): CurvePoint {
  const { value, stderr, chance, items } = point;
  return {
    ...point,
    value: value / 100,
    stderr: stderr === null ? null : stderr / 100,
    chance: chance !== null && chance > 1 ? chance / 100 : chance,
    ...(items === undefined ? {} : { items: items.map((item) => ({ ...item, value: item.value / 100 })) }),
  };
}
