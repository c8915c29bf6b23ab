import type { BatchResult, Engine, TrialLayout } from '../domain/engine.js';
import type { SampleScore, MetricValue } from '../domain/metric.js';
import type { JournalRecord, ScoreTable, TrialCompletion } from '../domain/record.js';
import type { Response } from '../domain/request.js';
import type { Workload } from '../domain/task.js';
import { TrialError } from '../errors.js';
import type { TrialProgress } from '../journal/recover.js';
import type { PlannedTrial } from '../plan/plan.js';

/** Turns the answers to a workload, sample by sample, into scores. */
export type Score<W extends Workload> = (
  workload: W,
  responses: readonly (readonly Response[])[],
) => { readonly samples: readonly SampleScore[]; readonly metrics: Readonly<Record<string, MetricValue>> };

/** Where the runner of a trial meets the rest of the sweep. */
export interface TrialPorts<W extends Workload> {
  readonly append: (record: JournalRecord) => Promise<void>;
  readonly score: Score<W>;
  /** Told of every durable batch, for progress. */
  readonly onBatch: (planned: PlannedTrial<W>, batch: BatchResult) => void;
}

/**
 * Runs what is left of one trial on an engine: every batch goes to the journal as it comes, and when all are durable
 * the trial is scored and completed. Rejects with TrialError when the trial cannot be completed, with JournalError
 * when the run cannot go on.
 */
export async function runTrial<W extends Workload>(
  planned: PlannedTrial<W>,
  { engine, progress }: { engine: Engine; progress: TrialProgress },
  ports: TrialPorts<W>,
): Promise<TrialCompletion> {
  const key = planned.trial.key;
  const appends: Promise<void>[] = [];
  const keep = (record: JournalRecord): void => {
    const append = ports.append(record);
    append.catch(() => undefined); // awaited below: a rejection before that must not end the process
    appends.push(append);
  };
  const onLayout = (layout: TrialLayout): void => {
    checkLayout(planned, progress, layout);
    if (progress.layout === null) keep({ type: 'layout', trial: key, ...layout });
    progress.layout = layout.digest;
  };
  const onBatch = (batch: BatchResult): void => {
    if (progress.batches.has(batch.index)) return;
    progress.batches.set(batch.index, batch);
    keep({ type: 'batch', trial: key, batch });
    ports.onBatch(planned, batch);
  };
  const onBound = (maxPartTokens: number): void => {
    progress.maxPartTokens = maxPartTokens;
    keep({ type: 'bound', trial: key, maxPartTokens });
  };
  const { maxPartTokens = planned.job.maxBatchTokens } = progress;
  const job = { ...planned.job, maxPartTokens, finishedBatches: new Set(progress.batches.keys()) };
  const telemetry = await engine.runTrial(job, { onLayout, onBatch, onBound });
  await Promise.all(appends);
  const responses = responsesBySample(planned.workload, progress.batches);
  const { samples, metrics } = ports.score(planned.workload, responses);
  const completion = { device: engine.device, telemetry, metrics, scores: scoreTable(samples) };
  await ports.append({ type: 'completed', trial: key, ...completion });
  return completion;
}

function checkLayout(planned: PlannedTrial, progress: TrialProgress, layout: TrialLayout): void {
  if (progress.layout === null || progress.layout === layout.digest) return;
  throw new TrialError(
    'LAYOUT_CHANGED',
    `Expected ${planned.trial.model} on ${planned.trial.task} to be cut into the journalled batches, but this version ` +
      `of scalesweep cuts it otherwise: resume the run with the version that began it`,
  );
}

/** A workload's answers sample by sample, in request order. Throws TrialError where one is missing. */
export function responsesBySample(
  workload: Workload,
  batches: ReadonlyMap<number, BatchResult>,
): Response[][] {
  const flat: (Response | undefined)[] = [];
  for (const batch of batches.values()) {
    batch.requests.forEach((request, position) => (flat[request] = batch.responses[position]));
  }
  let at = 0;
  return workload.samples.map((sample) =>
    sample.requests.map(() => {
      const response = flat[at++];
      if (response !== undefined) return response;
      throw new TrialError(
        'ANSWER_MISSING',
        `Expected an answer to every request, but request ${at - 1} has none`,
      );
    }),
  );
}

/** Scores of samples as the journal keeps them. */
export function scoreTable(samples: readonly SampleScore[]): ScoreTable {
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample.scores)))];
  return {
    names,
    docIds: samples.map((sample) => sample.docId),
    rows: samples.map((sample) => names.map((name) => sample.scores[name] ?? null)),
  };
}
