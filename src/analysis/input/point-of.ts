import { clusteredStandardError, mean, standardError } from '../../stats/moments.js';
import { fromPercentages } from './percentages.js';
import { chooseAxis, placeOnAxis } from '../place-on-axis.js';
import type { Axis, CurveInput, CurvePoint, ItemScore } from '../points.js';

/** A point with the name of the curve it belongs to, and what the curve must have in common to be one. */
export interface NamedPoint {
  readonly family: string;
  readonly task: string;
  readonly shots: number;
  readonly metric: string;
  readonly higherIsBetter: boolean;
  /** Names the prompt (a hash, a version); null where nothing is known of it. */
  readonly prompt: string | null;
  /** File and row it came from, for messages. */
  readonly source: string;
  readonly point: CurvePoint;
  /** When it was measured (seconds since 1970), where its file says: of two, the later counts. */
  readonly takenAt?: number | null;
}

const LOWER_IS_BETTER = /perplexity|ppl|bits_per_byte|bpb|loss|nll|nats|brier|\bter\b|error/i;

/** The usual direction of a metric of this name. */
export function isHigherBetter(metric: string): boolean {
  return !LOWER_IS_BETTER.test(metric);
}

/** Points of several files as curves: one a family, task, shots and metric, in order of appearance; null lets each family choose its axis. */
export function joinPoints(points: readonly NamedPoint[], axis: Axis | null): CurveInput[] {
  const curves = new Map<string, NamedPoint[]>();
  for (const named of points) {
    const key = JSON.stringify([named.family, named.task, named.shots, named.metric]);
    const curve = curves.get(key);
    if (curve === undefined) curves.set(key, [named]);
    else curve.push(named);
  }
  const chosen = new Map<string, Axis>();
  return [...curves.values()].flatMap((members) => {
    const { family, task, shots, metric, higherIsBetter } = members[0] as NamedPoint;
    const { measured, remarks } = leaveOutUnmeasured(members.map(({ point }) => point));
    if (measured.length === 0) return [];
    const found = axis ?? chosen.get(family) ?? chooseAxis(pointsOf(points, family));
    chosen.set(family, found);
    const curve = { family, task, shots, metric, higherIsBetter, points: measured, remarks };
    return placeOnAxis(fromPercentages(curve), found);
  });
}

/** Rows without a value (an empty cell, NaN) say nothing, and the reader is told how many there were. */
function leaveOutUnmeasured(points: readonly CurvePoint[]): { measured: CurvePoint[]; remarks: string[] } {
  const measured = points.filter(({ value }) => Number.isFinite(value));
  const lost = points.length - measured.length;
  return {
    measured,
    remarks: lost === 0 ? [] : [`${lost} of ${points.length} points have no value and were left out.`],
  };
}

const pointsOf = (points: readonly NamedPoint[], family: string): CurvePoint[] =>
  points.filter((named) => named.family === family).map(({ point }) => point);

/** Value, standard error (clustered where clusters are named) and count of a list of samples. */
export function summarizeItems(
  items: readonly ItemScore[],
): Pick<CurvePoint, 'value' | 'stderr' | 'n'> & { readonly items: readonly ItemScore[] } {
  const values = items.map(({ value }) => value);
  const isClustered = items.some(({ cluster }) => cluster !== undefined);
  const clusters = items.map(({ cluster, item }) => cluster ?? `item ${item}`);
  const stderr = isClustered ? clusteredStandardError(values, clusters) : standardError(values);
  return { value: mean(values), stderr: Number.isFinite(stderr) ? stderr : null, n: items.length, items };
}
