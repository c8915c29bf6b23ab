import { wilsonInterval, Z95 } from '../stats/intervals.js';
import { fitLogistic, type Trials } from '../stats/logistic.js';
import type { Estimate } from './estimate.js';
import { firstMetrics, type CurveInput } from './points.js';
import { scaleCurve, type Scale } from './scales.js';

/** What one scale keeps of what it saw a number of times. */
export interface MemorisedCell {
  readonly scale: string;
  readonly nParams: number;
  readonly repetitions: number;
  /** Share kept, 0 to 1, mean over seeds. */
  readonly value: number;
  readonly ci95: readonly [number, number];
}

/** How often something must be seen before a scale keeps half of it: between `above` and `atMost` repetitions. */
export interface HalfKept {
  readonly scale: string;
  readonly above: number | null;
  /** Null where even the most repeated are not kept. */
  readonly atMost: number | null;
}

/** Memorisation by scale and repetition: tasks alike but for how often their samples were in the training data. */
export interface Memorisation {
  readonly family: string;
  /** The name that the tasks share. */
  readonly stem: string;
  readonly shots: number;
  readonly metric: string;
  readonly cells: readonly MemorisedCell[];
  readonly halfKept: readonly HalfKept[];
  /** Logits that ten times the size, and ten times the repetitions, add to the share kept (Carlini et al. 2023 find both log-linear). */
  readonly perTenfoldSize: Estimate;
  readonly perTenfoldRepetitions: Estimate;
}

/** Names of tasks that ask for strings by how often they were seen: `verbatim_27`. */
const REPEATED = /^(.*(?:verbatim|memor|recall|extract).*?)[_-](\d+)$/i;

/** Memorisation by scale and repetition, of tasks named `<stem>_<repetitions>`; three or more make one. */
export function memorisationOf(inputs: readonly CurveInput[]): Memorisation[] {
  const groups = new Map<string, { stem: string; members: { repetitions: number; input: CurveInput }[] }>();
  for (const input of firstMetrics(inputs)) {
    const [, stem, count] = REPEATED.exec(input.task) ?? [];
    if (stem === undefined) continue;
    const key = JSON.stringify([input.family, stem, input.shots, input.metric]);
    const group = groups.get(key) ?? { stem, members: [] };
    group.members.push({ repetitions: Number(count), input });
    groups.set(key, group);
  }
  return [...groups.values()].filter(({ members }) => members.length >= 3).map(surfaceOf);
}

function surfaceOf({
  stem,
  members,
}: {
  stem: string;
  members: { repetitions: number; input: CurveInput }[];
}): Memorisation {
  members.sort((a, b) => a.repetitions - b.repetitions);
  const columns = members.map(({ repetitions, input }) => ({
    repetitions,
    scales: scaleCurve(input).scales,
  }));
  const cells = columns.flatMap(({ repetitions, scales }) =>
    scales.map((scale) => cellOf(scale, repetitions)),
  );
  const trials = columns.flatMap(({ repetitions, scales }) =>
    scales.flatMap((scale) => trialsOf(scale, repetitions)),
  );
  const { coefficients, stderrs } = fitLogistic(trials);
  const estimate = (i: number): Estimate => {
    const value = coefficients[i] ?? Number.NaN;
    const reach = Z95 * (stderrs[i] ?? Number.NaN);
    return { value, lo: value - reach, hi: value + reach };
  };
  const { family, shots, metric } = (members[0] as (typeof members)[number]).input;
  const names = [...new Set(cells.map(({ scale }) => scale))];
  return {
    family,
    stem,
    shots,
    metric,
    cells,
    halfKept: names.map((scale) => halfKeptAt(cells.filter((cell) => cell.scale === scale))),
    perTenfoldSize: estimate(1),
    perTenfoldRepetitions: estimate(2),
  };
}

const nParamsOf = (scale: Scale): number => scale.seeds[0]?.nParams ?? Number.NaN;

function cellOf(scale: Scale, repetitions: number): MemorisedCell {
  const n = Number.isFinite(scale.n) ? scale.n * scale.seeds.length : 0;
  return {
    scale: scale.name,
    nParams: nParamsOf(scale),
    repetitions,
    value: scale.value,
    ci95: wilsonInterval(scale.value * n, n),
  };
}

function trialsOf(scale: Scale, repetitions: number): Trials[] {
  if (!Number.isFinite(scale.n) || repetitions <= 0) return [];
  const n = scale.n * scale.seeds.length;
  return [{ x: [Math.log10(nParamsOf(scale)), Math.log10(repetitions)], successes: scale.value * n, n }];
}

function halfKeptAt(cells: readonly MemorisedCell[]): HalfKept {
  const lastBelow = cells.findLastIndex(({ value }) => value < 0.5);
  return {
    scale: cells[0]?.scale ?? '',
    above: cells[lastBelow]?.repetitions ?? null,
    atMost: cells[lastBelow + 1]?.repetitions ?? null,
  };
}
