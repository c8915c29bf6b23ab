import type { Random } from '../stats/random.js';
import { CLASSES, decideShape, leavesChance, scatterOf, type CurveClass } from './decide.js';
import { testFlatness } from './null-draws.js';
import { resamplerOf } from './resample.js';
import type { ScaledCurve } from './scales.js';
import { fitShapes, shapeModelOf } from './shape-model.js';
import { riseModelOf, sharpnessOf } from './sharpness.js';

/** A class before it is corrected for the number of curves analysed together. */
export interface Verdict {
  readonly class: CurveClass;
  readonly confidence: number;
  readonly reason: string;
  readonly pFlat: number | null;
  readonly sharpness: number | null;
  readonly scatter: number | null;
  readonly minimumDetectableEffect: number | null;
  readonly shares: Readonly<Partial<Record<CurveClass, number>>>;
}

/** Fewer scales than this have no shape. */
export const MIN_SCALES = 4;
/** Fewer samples a scale than this carry no class. */
export const MIN_SAMPLES = 20;
/** A curve is called flat only where a gain of this size would have been seen. */
const MAX_UNSEEN_GAIN = 0.1;
/**
 * A class needs this share of the resamples, and this share of those that are not flat: resampling adds noise to noise,
 * so that after a significant test a flat resample is no evidence against the class. A turn, which is read into noise
 * more easily, needs more of all resamples.
 */
const MIN_CONFIDENCE = 0.45;
const MIN_CONFIDENCE_AMONG_SHAPES = 0.6;
const MIN_TURN_CONFIDENCE = 0.7;
/** A curve without a shape is not flat either where its scales differ this surely. */
const NORMAL_QUANTILE_UNEVEN = 3.0902323; // p = .001
/** One-sided 5% with 80% power, in standard errors. */
const MDE_Z = 1.6448536 + 0.8416212;

const NOTHING: Omit<Verdict, 'reason'> = {
  class: 'undecided',
  confidence: 0,
  pFlat: null,
  sharpness: null,
  scatter: null,
  minimumDetectableEffect: null,
  shares: {},
};

/** Decides the class of one curve with `draws` resamples. */
export function classify(curve: ScaledCurve, options: { random: Random; draws: number }): Verdict {
  const { scales } = curve;
  const minimumDetectableEffect = scales.length < 2 ? null : detectableGain(curve);
  const refuse = (reason: string): Verdict => ({ ...NOTHING, minimumDetectableEffect, reason });
  if (scales.length < MIN_SCALES) {
    return refuse(`${scales.length} scales have no shape: at least ${MIN_SCALES} are needed`);
  }
  const fewest = Math.min(...scales.map(({ n, seeds }) => n * seeds.length));
  if (fewest < MIN_SAMPLES)
    return refuse(`too few items: ${fewest} a scale, at least ${MIN_SAMPLES} are needed`);
  const mde = minimumDetectableEffect ?? Number.POSITIVE_INFINITY;
  const verdict = weigh(curve, options, mde);
  if (verdict.class !== 'inverted-u' || !startsUnreadable(curve)) return verdict;
  const rest = weigh({ ...curve, scales: scales.slice(1) }, options, mde);
  return { ...rest, reason: `without ${scales[0]?.name ?? ''}, whose answers score nothing: ${rest.reason}` };
}

/** A score this low at the smallest scale only, before the highest one, is a failure of form: its answers cannot be read. */
const NOTHING_SCORED = 0.005;

function startsUnreadable({ scales, isProportion, input }: ScaledCurve): boolean {
  const [first, second, ...larger] = scales.map(({ value }) => value);
  if (!isProportion || !input.higherIsBetter || first === undefined || second === undefined) return false;
  const highest = Math.max(...larger);
  return (
    scales.length > MIN_SCALES &&
    first <= NOTHING_SCORED &&
    second > 10 * NOTHING_SCORED &&
    second > 0.8 * highest
  );
}

function weigh(curve: ScaledCurve, options: { random: Random; draws: number }, mde: number): Verdict {
  const model = shapeModelOf(curve);
  const rises = riseModelOf(curve);
  const flat = testFlatness(curve, options);
  const values = Float64Array.from(curve.scales, ({ value }) => value);
  const observed = fitShapes(model, values);
  const shares = sharesOf(curve, options, (y) =>
    decideShape(model, y, { fit: fitShapes(model, y), criticals: flat.criticals, rises }),
  );
  const shape = flat.isLevel
    ? 'flat'
    : decideShape(model, values, { fit: observed, criticals: flat.criticals, rises });
  const confidence = shares[shape] ?? 0;
  const found = {
    pFlat: flat.p,
    sharpness: sharpnessOf(rises, values),
    scatter: scatterOf(observed, flat.criticals),
    minimumDetectableEffect: mde,
    shares,
  };
  if (shape === 'flat' && curve.isProportion && mde > MAX_UNSEEN_GAIN) {
    const reason = `too few items: a gain of ${(100 * mde).toFixed(0)} points at the last scale could have gone unseen`;
    return { ...found, class: 'undecided', confidence, reason };
  }
  const isSpread = Math.max(...values) - Math.min(...values) > model.margin;
  if (
    shape === 'flat' &&
    isSpread &&
    leavesChance(model, values) &&
    isUneven(observed.level, values.length)
  ) {
    const reason = 'its scales differ by more than their items explain, but by no shape that was looked for';
    return { ...found, class: 'undecided', confidence, reason };
  }
  if (shape !== 'flat' && !isStable(shape, shares)) {
    return {
      ...found,
      class: 'undecided',
      confidence,
      reason: `not stable: ${describe(shares)} of the resamples`,
    };
  }
  return { ...found, class: shape, confidence, reason: `${describe(shares)} of the resamples` };
}

function isStable(shape: CurveClass, shares: Verdict['shares']): boolean {
  const share = shares[shape] ?? 0;
  if (shape === 'u-shaped' || shape === 'inverted-u') return share >= MIN_TURN_CONFIDENCE;
  const shaped = 1 - (shares.flat ?? 0);
  return share >= MIN_CONFIDENCE && share >= MIN_CONFIDENCE_AMONG_SHAPES * shaped;
}

/** Pearson's test that all scales are equal, by the cube-root approximation of Wilson and Hilferty 1931. */
function isUneven(chiSquare: number, nScales: number): boolean {
  const df = nScales - 1;
  const z = (Math.cbrt(chiSquare / df) - (1 - 2 / (9 * df))) / Math.sqrt(2 / (9 * df));
  return z > NORMAL_QUANTILE_UNEVEN;
}

function sharesOf(
  curve: ScaledCurve,
  { random, draws }: { random: Random; draws: number },
  decide: (y: Float64Array) => CurveClass,
): Partial<Record<CurveClass, number>> {
  const counts = new Map<CurveClass, number>();
  const draw = resamplerOf(curve, random);
  const y = new Float64Array(curve.scales.length);
  for (let i = 0; i < draws; i++) {
    const found = decide(draw(y));
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].map(([name, count]) => [name, count / draws]));
}

function describe(shares: Readonly<Partial<Record<CurveClass, number>>>): string {
  return CLASSES.filter((name) => (shares[name] ?? 0) >= 0.01)
    .sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0))
    .map((name) => `${name} in ${Math.round(100 * (shares[name] ?? 0))}%`)
    .join(', ');
}

/** Least gain of the last scale over the pooled rest that would be found, see MDE_Z. */
function detectableGain({ scales }: ScaledCurve): number {
  const last = scales.at(-1)?.variance ?? 0;
  const rest = scales.slice(0, -1);
  const pooled = 1 / rest.reduce((total, { variance }) => total + 1 / variance, 0);
  return MDE_Z * Math.sqrt(last + pooled);
}
