import { normalInterval, wilsonInterval, Z95 } from '../stats/intervals.js';
import { fitLogistic, type LogisticFit } from '../stats/logistic.js';
import type { CurveClass } from './decide.js';
import type { CurveInput } from './points.js';
import { scaleCurve, type Scale, type ScaledCurve } from './scales.js';

/** The score of a model trained on an amount of data. */
export interface DataPoint {
  /** Distinct training examples. */
  readonly examples: number;
  readonly value: number;
  readonly ci95: readonly [number, number];
}

/** How much data a task takes before a model of one size generalises: Power et al. 2022; Zhu et al. 2024 (arXiv 2401.10463). */
export interface CriticalData {
  readonly family: string;
  readonly task: string;
  readonly shots: number;
  readonly metric: string;
  readonly nParams: number;
  readonly points: readonly DataPoint[];
  readonly class: CurveClass;
  /** The bracket of amounts, in distinct examples, in which the score leaves its floor; null for classes without a rise. */
  readonly threshold: { readonly above: number | null; readonly atMost: number } | null;
  /** Amount at which half of the gain is made, by a logistic curve in the logarithm of the amount, with 95%; null where it lies outside the data. */
  readonly half: { readonly examples: number; readonly lo: number; readonly hi: number } | null;
}

/** What is needed of the analysis of a curve. */
interface Analysed {
  readonly class: CurveClass;
  readonly threshold: { readonly above: string | null; readonly atMost: string } | null;
}

/** The critical amounts of data of curves over distinct examples, in the order given; curves over other axes give nothing. */
export function criticalData(inputs: readonly CurveInput[], analyses: readonly Analysed[]): CriticalData[] {
  return inputs.flatMap((input, i) => {
    const analysis = analyses[i];
    if (input.axis !== 'examples' || analysis === undefined) return [];
    const curve = scaleCurve(input);
    const amountOf = (name: string): number | null =>
      curve.scales.find((scale) => scale.name === name)?.at ?? null;
    const { family, task, shots, metric } = input;
    const atMost = analysis.threshold === null ? null : amountOf(analysis.threshold.atMost);
    return [
      {
        family,
        task,
        shots,
        metric,
        nParams: input.points[0]?.nParams ?? Number.NaN,
        points: curve.scales.map((scale) => dataPointOf(scale, curve)),
        class: analysis.class,
        threshold: atMost === null ? null : { above: amountOf(analysis.threshold?.above ?? ''), atMost },
        half: analysis.threshold === null ? null : halfOf(curve),
      },
    ];
  });
}

function dataPointOf(scale: Scale, { input, isProportion }: ScaledCurve): DataPoint {
  const value = (input.higherIsBetter ? 1 : -1) * scale.value;
  const isCounted = isProportion && scale.seeds.length === 1 && Number.isFinite(scale.n);
  const ci95 = isCounted
    ? wilsonInterval(value * scale.n, scale.n)
    : normalInterval(value, Math.sqrt(scale.variance));
  return { examples: scale.at, value, ci95 };
}

/** Where the fitted logistic curve between the lowest and the highest score is half way up. */
function halfOf({ scales, isProportion }: ScaledCurve): CriticalData['half'] {
  const values = scales.map(({ value }) => value);
  const low = Math.min(...values);
  const gain = Math.max(...values) - low;
  if (!isProportion || !(gain > 0) || scales.some(({ n }) => !Number.isFinite(n))) return null;
  const fitAround = (centre: number): LogisticFit =>
    fitLogistic(
      scales.map(({ x, value, n }) => ({ x: [x - centre], successes: ((value - low) / gain) * n, n })),
    );
  const middle = ((scales[0]?.x ?? 0) + (scales.at(-1)?.x ?? 0)) / 2;
  const first = fitAround(middle).coefficients;
  const at = middle - (first[0] ?? 0) / (first[1] ?? 0);
  if (!(at >= (scales[0]?.x ?? 0) && at <= (scales.at(-1)?.x ?? 0))) return null;
  // Centred on the place itself, its error is that of the constant over the slope (delta method).
  const { coefficients, stderrs } = fitAround(at);
  const reach = (Z95 * (stderrs[0] ?? 0)) / (coefficients[1] ?? 1);
  return { examples: 10 ** at, lo: 10 ** (at - reach), hi: 10 ** (at + reach) };
}
