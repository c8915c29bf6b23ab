import { mannWhitneyP } from '../stats/mann-whitney.js';
import { median, quantile } from '../stats/moments.js';
import type { BenchRow, CompletedRow } from './bench-row.js';

/** A point in two bench files. */
export interface BenchDifference {
  readonly model: string;
  readonly precision: string;
  readonly device: string;
  readonly batch: number;
  readonly concurrency: number;
  readonly test: string;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Rate after over rate before, less one: above zero is faster. */
  readonly change: number;
  /** Mann-Whitney U on the raw times. */
  readonly p: number;
  /** `not comparable`: one side is INVALID, so that a difference may be its disturbance. */
  readonly verdict: 'faster' | 'slower' | 'no difference' | 'not comparable';
  /** Why the verdict is weak: one side is INVALID, or the model files differ. */
  readonly remarks: readonly string[];
}

export interface BenchComparison {
  readonly differences: readonly BenchDifference[];
  /** Points that only one file has measured. */
  readonly unmatched: readonly string[];
  /** Smallest change that counts. */
  readonly noiseFloor: number;
}

export const DEFAULT_NOISE_FLOOR = 0.02;
const ALPHA = 0.05;

/** Compares the points of two benches by what they measure, not by the files' digests: a change must be significant and above the floor. */
export function compareBench(
  before: readonly BenchRow[],
  after: readonly BenchRow[],
  noiseFloor = DEFAULT_NOISE_FLOOR,
): BenchComparison {
  const [old, fresh] = [byName(before), byName(after)];
  const shared = [...old.keys()].filter((name) => fresh.has(name));
  const unmatched = [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => !shared.includes(name));
  const differences = shared.flatMap((name) => {
    const [a, b] = [old.get(name), fresh.get(name)];
    return a === undefined || b === undefined ? [] : [differenceOf(a, b, noiseFloor)];
  });
  return { differences, unmatched, noiseFloor };
}

/**
 * The noise floor that repeated benches of one unchanged machine show: 97.5% of the changes between all pairs of
 * their VALID rows are below it, and it is never below 2%.
 */
export function noiseFloorOf(repeats: readonly (readonly BenchRow[])[]): number {
  const changes = repeats.flatMap((before, index) =>
    repeats
      .slice(index + 1)
      .flatMap((after) => compareBench(before, after, 0).differences)
      .filter(({ verdict }) => verdict !== 'not comparable')
      .map(({ change }) => Math.abs(change)),
  );
  return changes.length === 0 ? DEFAULT_NOISE_FLOOR : Math.max(DEFAULT_NOISE_FLOOR, quantile(changes, 0.975));
}

function byName(rows: readonly BenchRow[]): Map<string, CompletedRow> {
  return new Map(rows.flatMap((row) => (row.status === 'completed' ? [[nameOf(row), row] as const] : [])));
}

function nameOf({ model, precision, device, threads, batch, concurrency, test }: BenchRow): string {
  return `${model} ${precision} ${device} t${threads} b${batch} c${concurrency} ${test}`;
}

function differenceOf(a: CompletedRow, b: CompletedRow, noiseFloor: number): BenchDifference {
  const [beforeMs, afterMs] = [median(a.samplesMs), median(b.samplesMs)];
  const change = beforeMs / afterMs - 1;
  const p = mannWhitneyP(a.samplesMs, b.samplesMs);
  const isValid = a.validity === 'VALID' && b.validity === 'VALID';
  const counts = p < ALPHA && Math.abs(change) > noiseFloor;
  const { model, precision, device, batch, concurrency, test } = a;
  return {
    model,
    precision,
    device,
    batch,
    concurrency,
    test,
    beforeMs,
    afterMs,
    change,
    p,
    verdict: !isValid ? 'not comparable' : !counts ? 'no difference' : change > 0 ? 'faster' : 'slower',
    remarks: [
      ...(a.modelDigest === b.modelDigest ? [] : ['the model files differ']),
      ...(a.seed === b.seed && outputsDiffer(a, b) ? ['the outputs differ'] : []),
      ...(isValid ? [] : ['one side is INVALID']),
    ],
  };
}

/** Repetitions with one number have the same inputs in both benches; the shorter one tells how many there are in both. */
function outputsDiffer(a: CompletedRow, b: CompletedRow): boolean {
  return (
    a.outputDigest !== b.outputDigest ||
    a.outputDigests.some((digest, index) => (b.outputDigests[index] ?? digest) !== digest)
  );
}

/** A comparison as a Markdown table. */
export function renderComparison({ differences, unmatched, noiseFloor }: BenchComparison): string {
  const rows = differences.map((entry) =>
    [
      `${entry.model} ${entry.precision}`,
      entry.device,
      entry.batch,
      entry.test,
      entry.beforeMs.toPrecision(4),
      entry.afterMs.toPrecision(4),
      `${(100 * entry.change).toFixed(1)}%`,
      entry.p < 0.001 ? '< 0.001' : entry.p.toFixed(3),
      entry.verdict,
      entry.remarks.join('; '),
    ].join(' | '),
  );
  const floor = `A change counts when p < ${ALPHA} (Mann-Whitney U on raw times) and it is above ${(100 * noiseFloor).toFixed(1)}%.`;
  return [
    '| model | device | batch | test | before ms | after ms | rate | p | verdict | remarks |',
    '| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
    floor,
    ...(unmatched.length === 0 ? [] : [`In one file only: ${unmatched.join(', ')}.`]),
    '',
  ].join('\n');
}
