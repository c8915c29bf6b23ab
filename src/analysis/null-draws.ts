import { mean, quantileSorted } from '../stats/moments.js';
import type { Random } from '../stats/random.js';
import type { Criticals } from './decide.js';
import type { ScaledCurve } from './scales.js';
import { fitShapes, shapeModelOf, type ShapeFit } from './shape-model.js';

/**
 * False calls allowed to a level curve. Rises are what sweeps are run for and get most of the allowance; together
 * they stay near 1%, of which the demands on size and stability leave less.
 */
const ALPHA = { rise: 0.01, fall: 0.002, turn: 0.002 } as const;

/** Outcome of the test of flatness. */
export interface FlatTest {
  /** Chance that a level curve looks as uneven: rises, falls and turns together. */
  readonly p: number;
  /** No kind of change exceeds its allowance. */
  readonly isLevel: boolean;
  readonly criticals: Criticals;
}

type Kind = keyof typeof ALPHA;
type Statistics = Record<Kind | 'rest', number>;

/** Chi-square explained by a rise, by a fall, and by a turn beyond them; and what remains. */
function statisticsOf({ rise, fall, valley, hill, rest }: ShapeFit): Statistics {
  return { rise: rise.explained, fall: fall.explained, turn: Math.max(valley, hill), rest };
}

/**
 * Tests a curve against the level line by simulation: every scale is drawn from the pooled value with its own noise,
 * and the shapes are fitted to the draw as they are to the data, so that searching over shapes is paid for.
 * The noise is that of the hypothesis (a score test), so that a scale at 0 of n is not taken for a sure one.
 */
export function testFlatness(curve: ScaledCurve, options: { random: Random; draws: number }): FlatTest {
  const level = levelOf(curve);
  const model = shapeModelOf(curve, level.variances);
  const draw = levelDraws(curve, level, options.random);
  const y = new Float64Array(model.x.length);
  const draws = Array.from({ length: options.draws }, () => statisticsOf(fitShapes(model, draw(y))));
  const rest = mean(draws.map((statistics) => statistics.rest));
  const observed = statisticsOf(
    fitShapes(
      model,
      Float64Array.from(curve.scales, ({ value }) => value),
    ),
  );
  const scatter = Math.max(1, rest > 0 ? observed.rest / rest : 1);
  const tests = (['rise', 'fall', 'turn'] as const).map((kind) => {
    const sorted = Float64Array.from(draws, (statistics) => statistics[kind]).sort();
    const p = tailOf(sorted, observed[kind] / scatter);
    const critical = quantileSorted(sorted, 1 - ALPHA[kind]);
    return { kind, critical, isSeen: observed[kind] / scatter > critical, p };
  });
  const [rise, fall, turn] = tests.map(({ critical }) => critical) as [number, number, number];
  const total = ALPHA.rise + ALPHA.fall + ALPHA.turn;
  // Each p in units of its allowance: the smallest decides, as in a weighted Bonferroni test.
  const p = Math.min(1, ...tests.map((test) => (test.p * total) / ALPHA[test.kind]));
  return { p, isLevel: !tests.some(({ isSeen }) => isSeen), criticals: { rise, fall, turn, rest } };
}

/** Of fewer draws than this beyond a value its tail is not counted but continued. */
const COUNTED = 10;

/**
 * Chance of a value at least this large: the share of the draws, and beyond most of them the tail of a chi-square from the
 * 95th percentile on, exp(-t/2): counting alone would end at one in the number of draws, whatever the value.
 */
function tailOf(sorted: Float64Array, value: number): number {
  const exceeding = sorted.length - firstAtLeast(sorted, value);
  const counted = (exceeding + 1) / (sorted.length + 1);
  if (exceeding >= COUNTED || sorted.length < 20 * COUNTED) return counted;
  return Math.min(counted, 0.05 * Math.exp((quantileSorted(sorted, 0.95) - value) / 2));
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Level {
  readonly value: number;
  readonly variances: readonly number[];
}

/** The pooled value of all scales, and what each scale's variance would be at it. */
function levelOf({ scales, isProportion }: ScaledCurve): Level {
  const weightOf = (n: number, variance: number): number => (isProportion ? Math.min(n, 1e6) : 1 / variance);
  const weights = scales.map(({ n, variance }) => weightOf(n, variance));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const value = scales.reduce((sum, scale, i) => sum + scale.value * (weights[i] as number), 0) / total;
  const p = Math.abs(value);
  const variances = scales.map(({ n, variance, seeds }) => {
    if (!isProportion || seeds.length > 1 || !Number.isFinite(n)) return variance;
    return Math.max((p * (1 - p)) / n, 1 / (4 * n * (n + 2)));
  });
  return { value, variances };
}

/** Counts of fewer expected successes (or failures) than this are drawn as counts, others from the normal law. */
const NORMAL_FROM = 30;

function levelDraws(curve: ScaledCurve, level: Level, random: Random): (y: Float64Array) => Float64Array {
  const p = Math.min(1, Math.abs(level.value));
  const sign = Math.sign(level.value) || 1;
  const deviations = level.variances.map(Math.sqrt);
  const isCounted = curve.scales.map(
    ({ n, seeds }) => curve.isProportion && seeds.length === 1 && n * Math.min(p, 1 - p) < NORMAL_FROM,
  );
  return (y) => {
    curve.scales.forEach(({ n }, i) => {
      y[i] = isCounted[i]
        ? (sign * random.binomial(n, p)) / n
        : level.value + random.normal() * (deviations[i] as number);
    });
    return y;
  };
}
