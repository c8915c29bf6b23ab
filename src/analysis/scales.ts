import { mean, sampleVariance } from '../stats/moments.js';
import { pointVariance, sampleCount, withNoise } from './noise.js';
import { axisValue, type CurveInput, type CurvePoint } from './points.js';

/** The models of one scale, pooled: what classes are decided on. Values are turned so that higher is better. */
export interface Scale {
  readonly name: string;
  /** log10 of the axis value; of its inverse for bits per byte, so that better models stand to the right. */
  readonly x: number;
  /** Axis value as given. */
  readonly at: number;
  readonly seeds: readonly CurvePoint[];
  /** Mean over seeds. */
  readonly value: number;
  /** Of `value`: between items, and between seeds where there are several. */
  readonly variance: number;
  /** Samples of one seed; Infinity where only a standard error is known and it is 0. */
  readonly n: number;
}

/** A curve made ready for the tests: its scales in order. */
export interface ScaledCurve {
  readonly input: CurveInput;
  readonly scales: readonly Scale[];
  /** Value of a guess, turned like the values; null where unknown. */
  readonly chance: number | null;
  /** True where values are means of numbers from 0 to 1. */
  readonly isProportion: boolean;
}

const PROPORTION = /^(?!.*(?:perplexity|bits|nll|loss|nats|brier|loglikelihood|logprob|bpb|ppl)).*$/i;

/** Pools the seeds of every scale and orders the scales by the curve's axis. Points without a place on it are left out. */
export function scaleCurve(given: CurveInput): ScaledCurve {
  const sign = given.higherIsBetter ? 1 : -1;
  const isProportion =
    PROPORTION.test(given.metric) && given.points.every(({ value }) => value >= 0 && value <= 1);
  const input = withNoise(given, isProportion);
  const groups = new Map<number, CurvePoint[]>();
  for (const point of input.points) {
    const at = axisValue(point, input.axis);
    if (at === null || !(at > 0) || !Number.isFinite(point.value)) continue;
    groups.set(at, [...(groups.get(at) ?? []), point]);
  }
  const scales = [...groups].map(([at, seeds]): Scale => {
    const values = seeds.map(({ value }) => sign * value);
    const n = Math.min(...seeds.map((point) => sampleCount(point, isProportion)));
    return {
      name: scaleNameOf(seeds[0]?.scale ?? '', seeds[0]?.seed ?? null),
      x: input.axis === 'bits-per-byte' ? -Math.log10(at) : Math.log10(at),
      at,
      seeds,
      value: mean(values),
      variance: pooledVariance(seeds, values, isProportion),
      n,
    };
  });
  scales.sort((a, b) => a.x - b.x);
  return { input, scales, chance: chanceOf(input), isProportion };
}

/** The value of a guess, turned like the values. A loss of 0 is a perfect model, not a guess: there it is a cell left at 0. */
function chanceOf({ points, higherIsBetter }: CurveInput): number | null {
  const chance = points.find((point) => point.chance !== null)?.chance ?? null;
  if (chance === null || (!higherIsBetter && chance <= 0)) return null;
  return higherIsBetter ? chance : -chance;
}

/** The larger of the items' and the seeds' variance: a scale where seeds disagree (near a threshold) weighs little. */
function pooledVariance(
  seeds: readonly CurvePoint[],
  values: readonly number[],
  isProportion: boolean,
): number {
  const within = mean(seeds.map((point) => pointVariance(point, isProportion))) / seeds.length;
  const between = seeds.length > 1 ? sampleVariance(values) / seeds.length : 0;
  return Math.max(within, between);
}

/** Least difference that matters: five points of a proportion; 5% of the mean size of anything else. */
export function marginOf({ isProportion, scales }: ScaledCurve): number {
  if (isProportion) return 0.05;
  const total = scales.reduce((sum, { value }) => sum + Math.abs(value), 0);
  return (0.05 * total) / Math.max(1, scales.length);
}

/** The name that the seeds of one scale share: `tiny-33k` of the model `tiny-33k-seed0`. */
export function scaleNameOf(model: string, seed: number | null): string {
  const stem = seed === null ? model : model.replace(new RegExp(`[-_ .](?:seed[-_ .]?|s)${seed}$`), '');
  return stem === '' ? model : stem;
}
