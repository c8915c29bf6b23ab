import { scaleNameOf } from '../analysis/scales.js';
import type { CompletedTrial, TrialSummary } from '../domain/summary.js';
import { mean, median } from '../stats/moments.js';
import type { FrontierRow } from './charts/frontier-chart.js';

/** What one scale costs, over all completed trials of its seeds on one device. */
export interface ScaleCost {
  /** Name of the scale, as curves have it. */
  readonly model: string;
  readonly nParams: number;
  readonly precision: string;
  readonly device: string;
  readonly nTrials: number;
  /** Mean of the tasks' first metrics where those are proportions; null where none is. */
  readonly score: number | null;
  readonly requestsPerSecond: number;
  readonly promptTokensPerSecond: number;
  readonly generatedTokensPerSecond: number | null;
  readonly latencyP50Ms: number | null;
  readonly latencyP90Ms: number | null;
  readonly peakRssBytes: number | null;
  readonly peakPssBytes: number | null;
  readonly gpuBytes: number | null;
  readonly gpuUtilization: number | null;
  readonly energyJ: number | null;
  readonly joulesPerToken: number | null;
  /** Shares, 0 to 1: of the measured roofs, of time outside the runtime, of tokens that were padding or came from a shared prefix. */
  readonly mfu: number | null;
  readonly mbu: number | null;
  readonly hostShare: number | null;
  readonly paddingWaste: number | null;
  readonly prefixReuse: number | null;
}

/** Costs of every scale, precision and device, smallest first. Rates are medians over trials. */
export function costsByScale(trials: readonly TrialSummary[]): ScaleCost[] {
  const groups = new Map<string, CompletedTrial[]>();
  for (const trial of trials) {
    if (trial.state !== 'completed') continue;
    const scale = scaleNameOf(trial.model, trial.seed);
    const key = JSON.stringify([trial.family, scale, trial.precision, trial.device]);
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  const tasks = [...groups.values()].map((group) => new Set(group.map(taskOf)));
  const most = tasks.reduce<ReadonlySet<string>>((a, b) => (b.size > a.size ? b : a), new Set());
  return [...groups.values()].map((group) => costOf(group, most)).sort(bySize);
}

function bySize(a: ScaleCost, b: ScaleCost): number {
  return a.nParams - b.nParams || a.model.localeCompare(b.model, 'en', { numeric: true });
}

const taskOf = ({ task, shots }: CompletedTrial): string => `${task} ${shots}`;

/** A model that lacks some of `tasks` has no mean score: means over other tasks do not compare. */
function costOf(trials: readonly CompletedTrial[], tasks: ReadonlySet<string>): ScaleCost {
  const { model, seed, nParams, precision, device } = trials[0] as CompletedTrial;
  const known = (of: (trial: CompletedTrial) => number | null): number[] =>
    trials.map(of).filter((value) => value !== null);
  const middle = (of: (trial: CompletedTrial) => number | null): number | null =>
    known(of).length === 0 ? null : median(known(of));
  const most = (of: (trial: CompletedTrial) => number | null): number | null =>
    known(of).length === 0 ? null : Math.max(...known(of));
  const isWhole = [...tasks].every((task) => trials.some((trial) => taskOf(trial) === task));
  const scores = isWhole ? trials.flatMap(firstProportion) : [];
  const energy = known(({ energyJ }) => energyJ);
  const latency = latencyOf(trials);
  return {
    model: scaleNameOf(model, seed),
    nParams,
    precision,
    device,
    nTrials: trials.length,
    score: scores.length === 0 ? null : mean(scores),
    requestsPerSecond: middle(({ throughput }) => throughput.requestsPerSecond) ?? 0,
    promptTokensPerSecond: middle(({ throughput }) => throughput.promptTokensPerSecond) ?? 0,
    generatedTokensPerSecond: middle(({ throughput }) => throughput.generatedTokensPerSecond),
    latencyP50Ms: latency.p50,
    latencyP90Ms: latency.p90,
    peakRssBytes: most((trial) => trial.memory.peakRssBytes),
    peakPssBytes: most((trial) => trial.memory.peakPssBytes),
    gpuBytes: most((trial) => trial.memory.gpuBytes),
    gpuUtilization: middle(({ gpu }) => gpu?.utilization ?? null),
    energyJ: energy.length === 0 ? null : energy.reduce((total, value) => total + value, 0),
    joulesPerToken: middle(joulesPerToken),
    mfu: middle(({ mfu }) => mfu),
    mbu: middle(({ mbu }) => mbu),
    hostShare: middle(({ timeMs }) =>
      timeMs === null ? null : timeMs.host / (timeMs.host + timeMs.runtime),
    ),
    paddingWaste: middle(({ paddingWaste }) => paddingWaste),
    prefixReuse: middle(({ prefixReuse }) => prefixReuse),
  };
}

/** Energy of a trial over the prompt and new tokens of its batches. */
function joulesPerToken({ energyJ, timeMs, throughput }: CompletedTrial): number | null {
  if (energyJ === null || timeMs === null) return null;
  const rate = throughput.promptTokensPerSecond + (throughput.generatedTokensPerSecond ?? 0);
  const tokens = (rate * (timeMs.host + timeMs.runtime)) / 1000;
  return tokens > 0 ? energyJ / tokens : null;
}

/** Medians over the trials that know both percentiles, so that the two are of the same batches; of p50 alone where none does. */
function latencyOf(trials: readonly CompletedTrial[]): CompletedTrial['latencyMs'] {
  const whole = trials.filter(({ latencyMs }) => latencyMs.p50 !== null && latencyMs.p90 !== null);
  const middle = (of: 'p50' | 'p90'): number | null => {
    const values = (whole.length > 0 ? whole : trials).map(({ latencyMs }) => latencyMs[of]);
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : median(known);
  };
  return { p50: middle('p50'), p90: middle('p90') };
}

function firstProportion({ metrics }: CompletedTrial): number[] {
  const value = Object.values(metrics)[0]?.value;
  return value !== undefined && value >= 0 && value <= 1 ? [value] : [];
}

/** Precision and device, as a report names them together. */
export const settingOf = ({ precision, device }: Pick<ScaleCost, 'precision' | 'device'>): string =>
  `${precision} ${device}`;

/** The scales that no other scale beats on both score and speed are the frontier. */
export function frontierOf(costs: readonly ScaleCost[]): FrontierRow[] {
  const rows = costs.flatMap((cost) => {
    const { model, score, requestsPerSecond } = cost;
    return score === null || requestsPerSecond <= 0
      ? []
      : [{ scale: model, setting: settingOf(cost), score, requestsPerSecond }];
  });
  return rows.map((row) => ({
    ...row,
    isOnFrontier: !rows.some(
      (other) =>
        other.score >= row.score &&
        other.requestsPerSecond >= row.requestsPerSecond &&
        (other.score > row.score || other.requestsPerSecond > row.requestsPerSecond),
    ),
  }));
}
