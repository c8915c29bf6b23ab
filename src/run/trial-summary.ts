import type { BatchCost } from '../domain/engine.js';
import type { TrialCompletion } from '../domain/record.js';
import type { CompletedTrial, TrialCost, TrialSummary } from '../domain/summary.js';
import type { Trial } from '../domain/trial.js';
import type { MachineFacts } from '../machine/roof-cache.js';
import type { RunModel } from './run-file.js';
import { usageOf, type UsageCost } from './trial-usage.js';

/** A percentile is given only where there are batches enough for it to be an observation of its own. */
const MIN_BATCHES = { p50: 3, p90: 10 } as const;

/** The summary of a trial that was completed. */
export function completedSummary(
  { trial, model, facts }: { trial: Trial; model: RunModel; facts: MachineFacts | undefined },
  completion: TrialCompletion,
  batches: readonly BatchCost[],
): CompletedTrial {
  return {
    ...identity(trial, model),
    device: completion.device,
    state: 'completed',
    n: completion.scores.docIds.length,
    metrics: completion.metrics,
    ...costOf(completion, batches),
    ...usageOf(completion, facts),
    notes: completion.telemetry.notes,
  };
}

/** The summary of a trial that was not. */
export function endedSummary(
  { trial, model }: { trial: Trial; model: RunModel },
  ending: { readonly state: 'failed' | 'skipped'; readonly code: string; readonly reason: string },
): TrialSummary {
  return { ...identity(trial, model), state: ending.state, code: ending.code, reason: ending.reason };
}

function identity(
  trial: Trial,
  model: RunModel,
): Trial & Pick<TrialSummary, 'nParamsNonEmbedding' | 'trainingTokens' | 'distinctExamples' | 'seed'> {
  const { nParamsNonEmbedding, trainingTokens, distinctExamples, seed } = model;
  return {
    ...trial,
    nParamsNonEmbedding,
    trainingTokens,
    ...(typeof distinctExamples === 'number' ? { distinctExamples } : {}),
    seed,
  };
}

function costOf(
  { telemetry }: TrialCompletion,
  batches: readonly BatchCost[],
): Omit<TrialCost, keyof UsageCost> {
  const sum = (value: (batch: BatchCost) => number): number =>
    batches.reduce((total, batch) => total + value(batch), 0);
  const seconds = sum((batch) => batch.elapsedMs) / 1000;
  const generated = sum((batch) => batch.generatedTokens);
  const computed = sum((batch) => batch.computedTokens);
  const [fewest, most] = batches.reduce(
    ([least, greatest], { rows }) => [Math.min(least, rows), Math.max(greatest, rows)],
    [Infinity, -Infinity],
  );
  return {
    throughput: {
      requestsPerSecond: rate(
        sum((batch) => batch.nRequests),
        seconds,
      ),
      promptTokensPerSecond: rate(
        sum((batch) => batch.promptTokens),
        seconds,
      ),
      generatedTokensPerSecond: generated === 0 ? null : rate(generated, seconds),
    },
    latencyMs: latencies(batches.map((batch) => batch.elapsedMs)),
    loadMs: telemetry.loadMs,
    batches: { count: batches.length, minRows: fewest, maxRows: most },
    paddingWaste: computed === 0 ? 0 : Math.max(0, 1 - sum((batch) => batch.promptTokens) / computed),
    workers: telemetry.workers,
    threads: telemetry.threads,
  };
}

const rate = (count: number, seconds: number): number => (seconds > 0 ? count / seconds : 0);

function latencies(elapsedMs: readonly number[]): TrialCost['latencyMs'] {
  const sorted = [...elapsedMs].sort((a, b) => a - b);
  const percentile = (p: number, least: number): number | null =>
    sorted.length < least ? null : (sorted[Math.ceil(p * sorted.length) - 1] ?? null);
  return { p50: percentile(0.5, MIN_BATCHES.p50), p90: percentile(0.9, MIN_BATCHES.p90) };
}
