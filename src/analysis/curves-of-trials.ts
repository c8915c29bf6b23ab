import type { ScoreColumn } from '../domain/metric.js';
import type { CompletedTrial } from '../domain/summary.js';
import type { MetricSpec } from '../domain/task.js';
import { chooseAxis, placeOnAxis } from './place-on-axis.js';
import type { Axis, CurveInput, CurvePoint, ItemScore } from './points.js';

/** What a run knows beyond the summaries of its trials. */
export interface TrialContext {
  /** Chosen by family where absent: see chooseAxis. */
  readonly axis?: Axis | null;
  /** The metrics of a task in its own order; the first is the one it is judged by. */
  readonly metricsOf?: (task: string, shots: number) => readonly MetricSpec[];
  /** The scores of a trial's samples; curves without them are resampled from counts. */
  readonly scoresOf?: (trialKey: string, metric: string) => ScoreColumn | null;
  /** Only the first metric of every task. */
  readonly onlyPrimary?: boolean;
}

/** Metrics that fall as models improve, by the words that lm-eval and this program use. */
export const LOWER_IS_BETTER = /perplexity|bits_per_byte|bpb|loss|nll|nats|brier|ter$|edit_distance/i;

/** Names of models in order of increasing size become curves: one a family, task, shots and metric. */
export function curvesOfTrials(trials: readonly CompletedTrial[], context: TrialContext = {}): CurveInput[] {
  const cells = new Map<string, CompletedTrial[]>();
  const label = familyLabels(trials);
  const axes = new Map<string, Axis>();
  const axisOf = (family: string): Axis => {
    const known = context.axis ?? axes.get(family);
    if (known !== undefined) return known;
    const axis = chooseAxis(trials.filter((trial) => label(trial) === family).map(placeOf));
    axes.set(family, axis);
    return axis;
  };
  for (const trial of trials) {
    const key = JSON.stringify([label(trial), trial.task, trial.shots]);
    cells.set(key, [...(cells.get(key) ?? []), trial]);
  }
  return [...cells.values()].flatMap((cell) => curvesOfCell(cell, { label, axisOf }, context));
}

/** The family, with precision and device where the trials differ in them, since such curves must not be joined. */
function familyLabels(trials: readonly CompletedTrial[]): (trial: CompletedTrial) => string {
  const severalPrecisions = new Set(trials.map(({ precision }) => precision)).size > 1;
  const sameModelTwice = new Set(trials.map(trialOnAnyDevice)).size < trials.length;
  return ({ family, precision, device }) =>
    [family, severalPrecisions ? precision : '', sameModelTwice ? device : ''].filter(Boolean).join(' ');
}

const trialOnAnyDevice = ({ family, model, task, shots, precision }: CompletedTrial): string =>
  JSON.stringify([family, model, task, shots, precision]);

function curvesOfCell(
  cell: readonly CompletedTrial[],
  { label, axisOf }: { label: (trial: CompletedTrial) => string; axisOf: (family: string) => Axis },
  context: TrialContext,
): CurveInput[] {
  const [first] = cell;
  if (first === undefined) return [];
  const declared = context.metricsOf?.(first.task, first.shots) ?? [];
  const present = [...new Set(cell.flatMap(({ metrics }) => Object.keys(metrics)))];
  const names = [...declared.map(({ name }) => name).filter((name) => present.includes(name)), ...present];
  const wanted = [...new Set(names)].slice(0, context.onlyPrimary === true ? 1 : undefined);
  return wanted.flatMap((metric) => {
    const spec = declared.find(({ name }) => name === metric);
    const curve = {
      family: label(first),
      task: first.task,
      shots: first.shots,
      metric,
      higherIsBetter: spec?.higherIsBetter ?? !LOWER_IS_BETTER.test(metric),
      points: cell.flatMap((trial) => pointOf(trial, metric, { chance: spec?.chance ?? null, ...context })),
    };
    return placeOnAxis(curve, axisOf(curve.family));
  });
}

/** Where a model stands, whatever it scores. */
function placeOf({
  model,
  nParams,
  nParamsNonEmbedding,
  trainingTokens,
  distinctExamples,
  seed,
}: CompletedTrial): Omit<CurvePoint, 'value' | 'stderr' | 'n' | 'chance'> {
  return {
    scale: model,
    nParams,
    nParamsNonEmbedding,
    trainingTokens,
    distinctExamples: distinctExamples ?? null,
    seed,
  };
}

function pointOf(
  trial: CompletedTrial,
  metric: string,
  context: TrialContext & { chance: number | null },
): CurvePoint[] {
  const found = trial.metrics[metric];
  if (found === undefined || !Number.isFinite(found.value)) return [];
  const column = context.scoresOf?.(trial.key, metric) ?? null;
  const point: CurvePoint = {
    ...placeOf(trial),
    value: found.value,
    stderr: found.stderr,
    n: trial.n,
    chance: context.chance,
  };
  return [column !== null && isWhole(column, trial.n) ? withItems(point, column) : point];
}

function isWhole({ values }: ScoreColumn, n: number): boolean {
  return n > 0 && values.length === n && !values.some(Number.isNaN);
}

/** The point with samples that stay packed until somebody asks for them: a run of a million has several million scores. */
function withItems(point: CurvePoint, { docIds, values }: ScoreColumn): CurvePoint {
  return Object.defineProperty({ ...point }, 'items', {
    enumerable: true,
    get: (): ItemScore[] => Array.from(values, (value, i) => ({ item: docIds[i] ?? i, value })),
  });
}
