import type { ScoreColumn } from '../domain/metric.js';
import type { CompletedTrial, TrialSummary } from '../domain/summary.js';
import type { MetricSpec } from '../domain/task.js';
import { Z95 } from '../stats/intervals.js';
import { holm } from '../stats/multiple-tests.js';
import { twoSidedP } from '../stats/normal.js';
import { pairedDifference, type PairedDifference } from '../stats/paired.js';
import { signTestP } from '../stats/sign-test.js';
import { studentP } from '../stats/student.js';
import { LOWER_IS_BETTER } from './curves-of-trials.js';
import { compareSpeed, type SpeedComparison, type TrialRates } from './compare-speed.js';

/** One side of a comparison. */
export interface ComparedRun {
  readonly trials: readonly TrialSummary[];
  readonly scoresOf: (trialKey: string, metric: string) => ScoreColumn | null;
  /** The metrics of a task, the one it is judged by first; in the order of the summaries where absent. */
  readonly metricsOf?: (task: string, shots: number) => readonly MetricSpec[];
  /** Tokens a second of every batch of a trial. */
  readonly ratesOf: (trialKey: string) => readonly number[];
}

/** Two runs, or two halves of one, held against each other. */
export interface RunComparison {
  readonly cells: readonly Comparison[];
  readonly speed: readonly SpeedComparison[];
  /** Completed trials that only one of the two has. */
  readonly unmatched: readonly [onlyA: number, onlyB: number];
}

/** One cell that both runs have: the same model name, task, shots and metric. */
export interface Comparison {
  readonly family: string;
  readonly model: string;
  readonly precision: readonly [string, string];
  readonly device: readonly [string, string];
  readonly task: string;
  readonly shots: number;
  readonly metric: string;
  readonly higherIsBetter: boolean;
  readonly values: readonly [number, number];
  /** Second less first, with 95%. */
  readonly difference: number;
  readonly ci95: readonly [number, number];
  /** Samples that both runs scored; 0 where they are compared as independent means. */
  readonly nPaired: number;
  /** Samples whose score went up and down. */
  readonly flips: readonly [up: number, down: number];
  /** McNemar's test where all scores are 0 or 1, Student's t over paired differences otherwise; z of two means where nothing is paired. */
  readonly test: 'mcnemar' | 'paired-t' | 'unpaired-z';
  /** Two-sided, corrected over all cells (Holm). */
  readonly p: number;
}

/** Pairs the trials of two runs by family, model, task and shots, and tests their differences on the same samples. */
export function compareRuns(a: ComparedRun, b: ComparedRun): RunComparison {
  const pairs = pairTrials(completed(a), completed(b));
  const cells = pairs.flatMap(([first, second]) => {
    const metric = metricOf(first, second, a.metricsOf?.(first.task, first.shots) ?? []);
    return metric === null ? [] : [compareTrials(first, second, { ...metric, a, b })];
  });
  const corrected = holm(cells.map(({ p }) => p));
  return {
    cells: cells.map((cell, i) => ({ ...cell, p: corrected[i] ?? 1 })),
    speed: compareSpeed(pairs.map(([first, second]) => ratesOf(first, second, { a, b }))),
    unmatched: [
      completed(a).length - pairs.length,
      completed(b).length - new Set(pairs.map(([, second]) => second)).size,
    ],
  };
}

/** The first metric that both trials have, the task's own first. */
function metricOf(
  first: CompletedTrial,
  second: CompletedTrial,
  declared: readonly MetricSpec[],
): { metric: string; higherIsBetter: boolean } | null {
  const names = [...declared.map(({ name }) => name), ...Object.keys(first.metrics)];
  const metric = names.find(
    (name) => first.metrics[name] !== undefined && second.metrics[name] !== undefined,
  );
  if (metric === undefined) return null;
  const spec = declared.find(({ name }) => name === metric);
  return { metric, higherIsBetter: spec?.higherIsBetter ?? !LOWER_IS_BETTER.test(metric) };
}

type TrialPair = readonly [first: CompletedTrial, second: CompletedTrial];

function pairTrials(first: readonly CompletedTrial[], second: readonly CompletedTrial[]): TrialPair[] {
  const cells = new Map<string, CompletedTrial[]>();
  for (const trial of second) cells.set(cellOf(trial), [...(cells.get(cellOf(trial)) ?? []), trial]);
  return first.flatMap((trial) => {
    const match = bestMatch(trial, cells.get(cellOf(trial)) ?? []);
    return match === undefined ? [] : [[trial, match] as const];
  });
}

const cellOf = ({ family, model, task, shots }: CompletedTrial): string =>
  JSON.stringify([family, model, task, shots]);

function ratesOf(
  first: CompletedTrial,
  second: CompletedTrial,
  { a, b }: { a: ComparedRun; b: ComparedRun },
): TrialRates {
  return {
    family: first.family,
    model: first.model,
    precision: [first.precision, second.precision],
    device: [first.device, second.device],
    rates: [a.ratesOf(first.key), b.ratesOf(second.key)],
  };
}

const completed = ({ trials }: ComparedRun): CompletedTrial[] =>
  trials.filter((trial): trial is CompletedTrial => trial.state === 'completed');

/** The same cell, by preference at the same precision and on the same device. */
function bestMatch(first: CompletedTrial, others: readonly CompletedTrial[]): CompletedTrial | undefined {
  const likeness = (other: CompletedTrial): number =>
    (other.precision === first.precision ? 2 : 0) + (other.device === first.device ? 1 : 0);
  return [...others].sort((x, y) => likeness(y) - likeness(x))[0];
}

function compareTrials(
  first: CompletedTrial,
  second: CompletedTrial,
  {
    metric,
    higherIsBetter,
    a,
    b,
  }: { metric: string; higherIsBetter: boolean; a: ComparedRun; b: ComparedRun },
): Comparison {
  const pairs = pairedScores(a.scoresOf(first.key, metric), b.scoresOf(second.key, metric));
  const values = [
    first.metrics[metric]?.value ?? Number.NaN,
    second.metrics[metric]?.value ?? Number.NaN,
  ] as const;
  const independent = Math.hypot(first.metrics[metric]?.stderr ?? 0, second.metrics[metric]?.stderr ?? 0);
  const paired = pairs.before.length < 2 ? null : pairedDifference(pairs.after, pairs.before);
  const difference = values[1] - values[0];
  const stderr = paired?.stderr ?? independent;
  return {
    family: first.family,
    model: first.model,
    precision: [first.precision, second.precision],
    device: [first.device, second.device],
    task: first.task,
    shots: first.shots,
    metric,
    higherIsBetter,
    values,
    difference,
    ci95: [difference - Z95 * stderr, difference + Z95 * stderr],
    nPaired: paired?.n ?? 0,
    flips: [
      pairs.after.filter((value, i) => value > (pairs.before[i] ?? 0)).length,
      pairs.after.filter((value, i) => value < (pairs.before[i] ?? 0)).length,
    ],
    ...testOf(pairs, paired, { values, stderr }),
  };
}

/** Kernels add up in another order in batches of another shape: changes below a ten-thousandth are no news of the model. */
const ROUNDING = 1e-4;

function isRounding(before: number, after: number): boolean {
  return Math.abs(after - before) <= ROUNDING * Math.max(Math.abs(before), Math.abs(after));
}

type Scores = ReturnType<typeof pairedScores>;

/** The test that fits the scores, and its two-sided p before correction. */
function testOf(
  { before, after }: Scores,
  paired: PairedDifference | null,
  { values, stderr }: { values: readonly [number, number]; stderr: number },
): Pick<Comparison, 'test' | 'p'> {
  const isBinary = [...before, ...after].every((value) => value === 0 || value === 1);
  if (paired !== null && isBinary) {
    const up = after.filter((value, i) => value > (before[i] ?? 0)).length;
    const down = after.filter((value, i) => value < (before[i] ?? 0)).length;
    return { test: 'mcnemar', p: signTestP(up, down) };
  }
  if (stderr === 0) {
    return { test: paired === null ? 'unpaired-z' : 'paired-t', p: isRounding(...values) ? 1 : 0 };
  }
  if (paired === null) return { test: 'unpaired-z', p: twoSidedP((values[1] - values[0]) / stderr) };
  return { test: 'paired-t', p: studentP(paired.difference / stderr, paired.n - 1) };
}

/** The scores of samples that both have, by name; where both list the same samples, one after another. */
function pairedScores(
  first: ScoreColumn | null,
  second: ScoreColumn | null,
): { before: number[]; after: number[] } {
  const before: number[] = [];
  const after: number[] = [];
  if (first === null || second === null) return { before, after };
  const isSame =
    first.docIds.length === second.docIds.length &&
    first.docIds.every((docId, index) => docId === second.docIds[index]);
  const positions = isSame ? null : new Map(Array.from(first.docIds, (docId, index) => [docId, index]));
  second.values.forEach((value, index) => {
    const position = positions === null ? index : positions.get(second.docIds[index] ?? Number.NaN);
    const old = position === undefined ? Number.NaN : (first.values[position] ?? Number.NaN);
    if (Number.isNaN(old) || Number.isNaN(value)) return;
    before.push(old);
    after.push(isRounding(old, value) ? old : value);
  });
  return { before, after };
}
