import type { ItemFlips } from '../analysis/item-flips.js';
import { firstMetrics, type CurveInput, type CurvePoint } from '../analysis/points.js';
import { scaleNameOf } from '../analysis/scales.js';

/** Two models of neighbouring scales and a few samples that they score differently. */
export interface FlipPick {
  readonly family: string;
  readonly task: string;
  readonly shots: number;
  readonly metric: string;
  readonly points: readonly [from: CurvePoint, to: CurvePoint];
  /** Samples by name. */
  readonly gained: readonly (string | number)[];
  readonly lost: readonly (string | number)[];
}

const EXAMPLES = 2;

/** Of every task the step between scales that changes most samples, with the first few of them. */
export function pickFlips(inputs: readonly CurveInput[], flips: readonly ItemFlips[]): FlipPick[] {
  return firstMetrics(inputs).flatMap((input) => {
    const own = flips.filter(
      ({ family, task, shots }) => family === input.family && task === input.task && shots === input.shots,
    );
    const step = own.reduce<ItemFlips | null>(
      (a, b) => (a === null || b.better + b.worse > a.better + a.worse ? b : a),
      null,
    );
    const points = step === null ? null : modelsOf(input, step);
    return points === null ? [] : [pickOf(input, points)];
  });
}

/** One model of either scale, of the same seed where there is one. */
function modelsOf({ points }: CurveInput, { from, to }: ItemFlips): FlipPick['points'] | null {
  const ofScale = (name: string): CurvePoint[] =>
    points.filter((point) => scaleNameOf(point.scale, point.seed) === name);
  const [smaller, larger] = [ofScale(from), ofScale(to)];
  const first = smaller[0];
  const second = larger.find(({ seed }) => seed === first?.seed) ?? larger[0];
  return first === undefined || second === undefined ? null : [first, second];
}

function pickOf(input: CurveInput, points: FlipPick['points']): FlipPick {
  const sign = input.higherIsBetter ? 1 : -1;
  const before = new Map(points[0].items?.map(({ item, value }) => [item, value]));
  const changed = (direction: number): (string | number)[] =>
    (points[1].items ?? [])
      .filter(({ item, value }) => direction * sign * (value - (before.get(item) ?? value)) > 0)
      .slice(0, EXAMPLES)
      .map(({ item }) => item);
  const { family, task, shots, metric } = input;
  return { family, task, shots, metric, points, gained: changed(1), lost: changed(-1) };
}
