import type { BatchResult, Engine } from '../domain/engine.js';
import type { JournalRecord, TrialCompletion } from '../domain/record.js';
import type { Workload } from '../domain/task.js';
import type { TrialProgress } from '../journal/recover.js';
import type { PlannedTrial } from '../plan/plan.js';
import { ChunkScoring, type TrialScorer } from './chunk-scoring.js';
import { runChunks } from './run-chunks.js';
import type { Turnstile } from './turnstile.js';

/** Where the runner of a trial meets the rest of the sweep. */
export interface TrialPorts<W extends Workload> {
  readonly append: (record: JournalRecord) => Promise<void>;
  readonly scorer: (workload: W) => TrialScorer;
  /** Told of every durable batch, for progress. */
  readonly onBatch: (planned: PlannedTrial<W>, batch: BatchResult) => void;
}

/** What is there of a trial: a device that is lost hands it on to another. */
export interface TrialState<W extends Workload> {
  readonly progress: TrialProgress;
  readonly scoring: ChunkScoring<W>;
}

/** A trial of which the journal holds `progress`. */
export function trialState<W extends Workload>(
  { workload }: PlannedTrial<W>,
  progress: TrialProgress,
  { scorer }: Pick<TrialPorts<W>, 'scorer'>,
): TrialState<W> {
  return { progress, scoring: new ChunkScoring(workload, progress.answers, scorer) };
}

/**
 * Runs what is left of one trial on an engine: every batch goes to the journal as it comes, and when all are durable
 * the trial is completed with the scores that were made meanwhile. Rejects with TrialError when the trial cannot be
 * completed, with JournalError when the run cannot go on.
 */
export async function runTrial<W extends Workload>(
  planned: PlannedTrial<W>,
  on: { readonly engine: Engine; readonly state: TrialState<W>; readonly turnstile: Turnstile },
  ports: TrialPorts<W>,
): Promise<TrialCompletion> {
  const { engine, state, turnstile } = on;
  const { progress, scoring } = state;
  const telemetry = await runChunks(
    { planned, progress, engine, turnstile },
    {
      append: ports.append,
      onBatch: (batch) => ports.onBatch(planned, batch),
      onChunk: (chunk) => scoring.take(chunk),
    },
  );
  const { scores, metrics } = await scoring.finish();
  progress.answers.close();
  const completion = { device: engine.device, telemetry, metrics, scores };
  await ports.append({ type: 'completed', trial: planned.trial.key, ...completion });
  return completion;
}
