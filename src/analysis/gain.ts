import { Z95 } from '../stats/intervals.js';
import { pairedDifference } from '../stats/paired.js';
import { firstMetrics, type CurveInput, type CurvePoint } from './points.js';

/** What a second way of asking adds at one scale: more shots, or written steps. */
export interface GainPoint {
  readonly scale: string;
  readonly seed: number | null;
  readonly gain: number;
  /** 95%, over the same items where they are known. */
  readonly ci95: readonly [number, number];
}

/** The gain of one way of asking over another, by scale. */
export interface GainCurve {
  readonly family: string;
  /** `shots` or `chain of thought`. */
  readonly kind: 'shots' | 'chain-of-thought';
  readonly from: string;
  readonly to: string;
  readonly metric: string;
  readonly points: readonly GainPoint[];
  /** The smallest scale from which the gain is above 0 for certain at every larger one; null where there is none. */
  readonly positiveFrom: string | null;
}

const COT = /[_-](cot|steps|walk)$/i;
const DIRECT = /[_-](direct|total|jump)$/i;

/** The gains that a set of curves lets one compute: fewer against more shots, direct against written steps. */
export function gainCurves(inputs: readonly CurveInput[]): GainCurve[] {
  const first = firstMetrics(inputs);
  return [...shotGains(first), ...stepGains(first)];
}

function shotGains(inputs: readonly CurveInput[]): GainCurve[] {
  return inputs.flatMap((most) => {
    const same = inputs.filter(({ family, task }) => family === most.family && task === most.task);
    const fewest = same.reduce((a, b) => (b.shots < a.shots ? b : a), most);
    const isMost = same.every(({ shots }) => shots <= most.shots);
    return isMost && fewest.shots < most.shots ? [gainOf('shots', fewest, most)] : [];
  });
}

function stepGains(inputs: readonly CurveInput[]): GainCurve[] {
  return inputs
    .filter(({ task }) => COT.test(task))
    .flatMap((steps) => {
      const stem = steps.task.replace(COT, '');
      const direct = inputs.find(
        ({ family, task, shots }) =>
          family === steps.family &&
          shots === steps.shots &&
          (task === stem || (DIRECT.test(task) && task.replace(DIRECT, '') === stem)),
      );
      return direct === undefined ? [] : [gainOf('chain-of-thought', direct, steps)];
    });
}

function gainOf(kind: GainCurve['kind'], from: CurveInput, to: CurveInput): GainCurve {
  const points = to.points
    .flatMap((point) => {
      const base = from.points.find(({ nParams, seed }) => nParams === point.nParams && seed === point.seed);
      return base === undefined ? [] : [{ nParams: point.nParams, ...gainAt(base, point, kind) }];
    })
    .sort((a, b) => a.nParams - b.nParams);
  const lastNotPositive = points.findLastIndex(({ ci95 }) => ci95[0] <= 0);
  return {
    family: to.family,
    kind,
    from: `${from.task} ${from.shots}-shot`,
    to: `${to.task} ${to.shots}-shot`,
    metric: to.metric,
    points: points.map(({ nParams: _nParams, ...point }) => point),
    positiveFrom: points[lastNotPositive + 1]?.scale ?? null,
  };
}

function gainAt(base: CurvePoint, point: CurvePoint, kind: GainCurve['kind']): GainPoint {
  const gain = point.value - base.value;
  const stderr = pairedError(base, point, kind) ?? Math.hypot(errorOf(base), errorOf(point));
  return { scale: point.scale, seed: point.seed, gain, ci95: [gain - Z95 * stderr, gain + Z95 * stderr] };
}

/** Pairing more samples takes hundreds of megabytes for errors that are near nothing either way. */
const MAX_ITEMS_PAIRED = 500_000;

/** Different tasks number their items for themselves; only shots of one task share them. */
function pairedError(base: CurvePoint, point: CurvePoint, kind: GainCurve['kind']): number | null {
  const isLarge = Math.max(base.n ?? 0, point.n ?? 0) > MAX_ITEMS_PAIRED;
  if (kind !== 'shots' || isLarge || base.items === undefined || point.items === undefined) return null;
  const before = new Map(base.items.map(({ item, value }) => [item, value]));
  if (!point.items.every(({ item }) => before.has(item))) return null;
  const { stderr } = pairedDifference(
    point.items.map(({ value }) => value),
    point.items.map(({ item }) => before.get(item) ?? 0),
  );
  return Number.isFinite(stderr) ? stderr : null;
}

function errorOf({ stderr, value, n }: CurvePoint): number {
  if (stderr !== null) return stderr;
  return n === null ? 0 : Math.sqrt(Math.max(0, value * (1 - value)) / n);
}
