import type { Estimate } from '../estimate.js';
import { quantile } from '../../stats/moments.js';
import { createRandom } from '../../stats/random.js';
import { axisValue, type Axis, type CurveInput, type CurvePoint } from '../points.js';
import { evaluateLaw, fitAdditiveLaw, type AdditiveLaw, type LawPoint } from './additive-law.js';

/** One term of a law: coefficient / x^exponent. */
export interface LawTerm {
  /** What x is: `N` parameters, `D` training tokens, or the curve's axis. */
  readonly of: 'N' | 'D' | Axis;
  readonly coefficient: Estimate;
  readonly exponent: Estimate;
}

/** The power law that a loss follows over the models of a family. */
export interface LossLawFinding {
  readonly family: string;
  readonly task: string;
  readonly metric: string;
  readonly nModels: number;
  /** The loss that no size and no data would go below. */
  readonly limit: Estimate;
  /** N and D where both vary by themselves (Hoffmann et al. 2022), otherwise the curve's axis. */
  readonly terms: readonly LawTerm[];
  /** Best parameters for a compute budget grow with C to this power, beta / (alpha + beta); null for one term. */
  readonly computeOptimalExponent: Estimate | null;
  /** Median of |ln(loss / fitted loss)|. */
  readonly medianError: number;
  readonly remarks: readonly string[];
}

/** Metrics that are losses a token or a byte, which laws are about; perplexities are their exponentials and are not. */
const LOSS = /loss|nll|nats|bits_per_byte|bpb|cross.?entropy/i;
/** Models a term's two parameters and the limit need at least. */
const MIN_MODELS = { 1: 5, 2: 9 } as const;
/** A residual beyond this many robust standard deviations (1.4826 medians) is told to the reader. */
const FAR = 10;
/** Beyond this correlation of ln N and ln D their terms cannot be told apart. */
const MAX_CORRELATION = 0.97;
const DRAWS = 200;

/** How laws are fitted. */
export interface LawOptions {
  readonly seed?: number;
  /** Leave out this many models of the highest loss: Besiroglu et al. 2024 leave out 5 of 245. */
  readonly dropHighest?: number;
}

/** The laws of all curves that are losses; curves with too few models give none. */
export function lossLaws(inputs: readonly CurveInput[], options: LawOptions = {}): LossLawFinding[] {
  return inputs.flatMap((input) => {
    if (input.higherIsBetter || !LOSS.test(input.metric)) return [];
    const law = lossLawOf(input, options);
    return law === null ? [] : [law];
  });
}

function lossLawOf(input: CurveInput, { seed = 0, dropHighest = 0 }: LawOptions): LossLawFinding | null {
  const usable = input.points.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  const trained = usable.slice(dropHighest);
  const names = termsFor(trained, input.axis);
  const points = trained.flatMap((point) => lawPoint(point, names) ?? []);
  if (points.length < MIN_MODELS[names.length as 1 | 2]) return null;
  const law = fitAdditiveLaw(points);
  const draws = bootstrap(points, law, `${seed}|${input.family}|${input.task}|${input.metric}`);
  const { family, task, metric } = input;
  const errors = points.map(({ logs, loss }) => Math.abs(Math.log(loss / evaluateLaw(law, logs))));
  const medianError = quantile(errors, 0.5);
  return {
    family,
    task,
    metric,
    nModels: points.length,
    limit: estimateOf(law, draws, ({ E }) => E),
    terms: names.map((of, i) => ({
      of,
      coefficient: estimateOf(law, draws, ({ terms }) => terms[i]?.coefficient ?? Number.NaN),
      exponent: estimateOf(law, draws, ({ terms }) => terms[i]?.exponent ?? Number.NaN),
    })),
    computeOptimalExponent: names.length < 2 ? null : estimateOf(law, draws, optimalExponent),
    medianError,
    remarks: remarksOn(errors.filter((error) => error > FAR * 1.4826 * medianError).length, dropHighest),
  };
}

function remarksOn(nFar: number, dropHighest: number): string[] {
  const dropped = dropHighest === 0 ? [] : [`The ${dropHighest} models of the highest loss were left out.`];
  if (nFar === 0) return dropped;
  return [
    ...dropped,
    `${nFar} models lie beyond ${FAR} robust standard deviations: --drop-highest leaves out such models.`,
  ];
}

/** N and D where both are known and vary by themselves, otherwise what the curve is drawn against. */
function termsFor(points: readonly CurvePoint[], axis: Axis): ('N' | 'D' | Axis)[] {
  const logs = points.map(({ nParams, trainingTokens }) => [
    Math.log(nParams),
    Math.log(trainingTokens ?? Number.NaN),
  ]);
  const correlation = correlationOf(logs);
  const areApart = points.length >= MIN_MODELS[2] && Math.abs(correlation) <= MAX_CORRELATION;
  return areApart ? ['N', 'D'] : [axis];
}

/** NaN where one of the two does not vary or is not known. */
function correlationOf(pairs: readonly (readonly number[])[]): number {
  const mean = (i: number): number =>
    pairs.reduce((sum, pair) => sum + (pair[i] as number), 0) / pairs.length;
  const [x, y] = [mean(0), mean(1)];
  const product = (i: number, j: number): number =>
    pairs.reduce((sum, pair) => {
      const centres = [x, y];
      return (
        sum + ((pair[i] as number) - (centres[i] as number)) * ((pair[j] as number) - (centres[j] as number))
      );
    }, 0);
  const spread = product(0, 0) * product(1, 1);
  return spread > 1e-9 ? product(0, 1) / Math.sqrt(spread) : Number.NaN;
}

function lawPoint(point: CurvePoint, names: readonly ('N' | 'D' | Axis)[]): LawPoint[] | null {
  const logs = names.map((name) => {
    if (name === 'N') return Math.log(point.nParams);
    if (name === 'D') return Math.log(point.trainingTokens ?? Number.NaN);
    return Math.log(axisValue(point, name) ?? Number.NaN);
  });
  return logs.every(Number.isFinite) ? [{ logs, loss: point.value }] : null;
}

function optimalExponent({ terms }: AdditiveLaw): number {
  const [alpha = 0, beta = 0] = terms.map(({ exponent }) => exponent);
  return beta / (alpha + beta);
}

/** Laws refitted to resamples of the models, each from the law of all. */
function bootstrap(points: readonly LawPoint[], law: AdditiveLaw, seed: string): AdditiveLaw[] {
  const random = createRandom(seed);
  return Array.from({ length: DRAWS }, () =>
    fitAdditiveLaw(
      points.map(() => points[random.integer(points.length)] as LawPoint),
      law,
    ),
  );
}

function estimateOf(
  law: AdditiveLaw,
  draws: readonly AdditiveLaw[],
  of: (law: AdditiveLaw) => number,
): Estimate {
  const values = draws.map(of).filter(Number.isFinite);
  return { value: of(law), lo: quantile(values, 0.025), hi: quantile(values, 0.975) };
}
