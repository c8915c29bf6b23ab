import type { BatchResult, TrialLayout, TrialTelemetry } from './engine.js';
import type { MetricValue, ScoreColumns } from './metric.js';
import type { Task } from './task.js';
import type { TrialKey } from './trial.js';

/** What is known of a trial once all its answers are in and scored. */
export interface TrialCompletion {
  /** The device that ran it, which is the plan's unless that one was lost. */
  readonly device: string;
  readonly telemetry: TrialTelemetry;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly scores: ScoreColumns;
}

/** A completed trial's scores, made again from its answers. */
export type TrialScores = Pick<TrialCompletion, 'metrics' | 'scores'>;

/** What a task at one number of shots is when its trials are scored again. */
export interface RescoredTask extends Pick<Task, 'name' | 'version' | 'digest' | 'metrics'> {
  readonly shots: number;
}

/** One durable line of a run's journal. */
export type JournalRecord =
  | { readonly type: 'header'; readonly schema: typeof JOURNAL_SCHEMA; readonly plan: string }
  /** How a chunk of the trial was cut; the first one where it does not say which. */
  | ({ readonly type: 'layout'; readonly trial: TrialKey; readonly chunk?: number } & TrialLayout)
  /** Memory did not suffice: batches of the trial go in parts of at most so many rows x padded tokens from here on. */
  | { readonly type: 'bound'; readonly trial: TrialKey; readonly maxPartTokens: number }
  | { readonly type: 'batch'; readonly trial: TrialKey; readonly batch: BatchResult }
  | ({ readonly type: 'completed'; readonly trial: TrialKey } & TrialCompletion)
  | { readonly type: 'failed'; readonly trial: TrialKey; readonly code: string; readonly reason: string }
  /** A failed trial is taken up again; its batches stay. */
  | { readonly type: 'retry'; readonly trial: TrialKey }
  /** New scores of a trial. They count when the `rescored` line of the same id follows. */
  | ({ readonly type: 'scores'; readonly id: string; readonly trial: TrialKey } & TrialScores)
  /** All scores of that id are there. */
  | {
      readonly type: 'rescored';
      readonly id: string;
      /** ISO 8601, UTC. */
      readonly at: string;
      readonly tasks: readonly RescoredTask[];
    };

export const JOURNAL_SCHEMA = 'scalesweep.journal/1';
