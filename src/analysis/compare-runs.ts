import type { SampleScore } from '../domain/metric.js';
import type { CompletedTrial, TrialSummary } from '../domain/summary.js';
import { Z95 } from '../stats/intervals.js';
import { holm } from '../stats/multiple-tests.js';
import { twoSidedP } from '../stats/normal.js';
import { pairedDifference } from '../stats/paired.js';

/** One side of a comparison. */
export interface ComparedRun {
  readonly trials: readonly TrialSummary[];
  readonly samplesOf: (trialKey: string) => readonly SampleScore[];
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
  readonly values: readonly [number, number];
  /** Second less first, with 95%. */
  readonly difference: number;
  readonly ci95: readonly [number, number];
  /** Samples that both runs scored; 0 where they are compared as independent means. */
  readonly nPaired: number;
  /** Samples whose score went up and down. */
  readonly flips: readonly [up: number, down: number];
  /** Two-sided, corrected over all cells (Holm). */
  readonly p: number;
  /** Requests a second of the second over the first. */
  readonly speedRatio: number | null;
}

/** Pairs the trials of two runs by family, model, task and shots, and tests their differences on the same samples. */
export function compareRuns(a: ComparedRun, b: ComparedRun): Comparison[] {
  const cells = completed(a).flatMap((first) => {
    const second = bestMatch(first, completed(b));
    if (second === undefined) return [];
    const metric = Object.keys(first.metrics).find((name) => second.metrics[name] !== undefined);
    return metric === undefined ? [] : [compareTrials(first, second, { metric, a, b })];
  });
  const corrected = holm(cells.map(({ p }) => p));
  return cells.map((cell, i) => ({ ...cell, p: corrected[i] ?? 1 }));
}

const completed = ({ trials }: ComparedRun): CompletedTrial[] =>
  trials.filter((trial): trial is CompletedTrial => trial.state === 'completed');

/** The same cell, by preference at the same precision and on the same device. */
function bestMatch(first: CompletedTrial, others: readonly CompletedTrial[]): CompletedTrial | undefined {
  const likeness = (other: CompletedTrial): number =>
    (other.precision === first.precision ? 2 : 0) + (other.device === first.device ? 1 : 0);
  return others
    .filter(
      (other) =>
        other.family === first.family &&
        other.model === first.model &&
        other.task === first.task &&
        other.shots === first.shots,
    )
    .sort((x, y) => likeness(y) - likeness(x))[0];
}

function compareTrials(
  first: CompletedTrial,
  second: CompletedTrial,
  { metric, a, b }: { metric: string; a: ComparedRun; b: ComparedRun },
): Comparison {
  const pairs = pairedScores(a.samplesOf(first.key), b.samplesOf(second.key), metric);
  const values = [
    first.metrics[metric]?.value ?? Number.NaN,
    second.metrics[metric]?.value ?? Number.NaN,
  ] as const;
  const independent = Math.hypot(first.metrics[metric]?.stderr ?? 0, second.metrics[metric]?.stderr ?? 0);
  const paired = pairs.before.length < 2 ? null : pairedDifference(pairs.after, pairs.before);
  const difference = values[1] - values[0];
  const stderr = paired?.stderr ?? independent;
  const speeds = [first.throughput.requestsPerSecond, second.throughput.requestsPerSecond] as const;
  return {
    family: first.family,
    model: first.model,
    precision: [first.precision, second.precision],
    device: [first.device, second.device],
    task: first.task,
    shots: first.shots,
    metric,
    values,
    difference,
    ci95: [difference - Z95 * stderr, difference + Z95 * stderr],
    nPaired: paired?.n ?? 0,
    flips: [
      pairs.after.filter((value, i) => value > (pairs.before[i] ?? 0)).length,
      pairs.after.filter((value, i) => value < (pairs.before[i] ?? 0)).length,
    ],
    p: stderr > 0 ? twoSidedP(difference / stderr) : difference === 0 ? 1 : 0,
    speedRatio: speeds[0] > 0 && speeds[1] > 0 ? speeds[1] / speeds[0] : null,
  };
}

function pairedScores(
  first: readonly SampleScore[],
  second: readonly SampleScore[],
  metric: string,
): { before: number[]; after: number[] } {
  const scores = new Map(first.map(({ docId, scores: values }) => [docId, values[metric]]));
  const before: number[] = [];
  const after: number[] = [];
  for (const { docId, scores: values } of second) {
    const old = scores.get(docId);
    const value = values[metric];
    if (old === undefined || value === undefined) continue;
    before.push(old);
    after.push(value);
  }
  return { before, after };
}
