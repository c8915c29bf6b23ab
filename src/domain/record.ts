import type { BatchResult, TrialLayout, TrialTelemetry } from './engine.js';
import type { TrialKey } from './trial.js';

/** One durable line of a run's journal. */
export type JournalRecord =
  | { readonly type: 'header'; readonly schema: typeof JOURNAL_SCHEMA; readonly plan: string }
  | ({ readonly type: 'layout'; readonly trial: TrialKey } & TrialLayout)
  | { readonly type: 'batch'; readonly trial: TrialKey; readonly batch: BatchResult }
  | { readonly type: 'completed'; readonly trial: TrialKey; readonly telemetry: TrialTelemetry }
  | { readonly type: 'failed'; readonly trial: TrialKey; readonly code: string; readonly reason: string }
  /** A failed trial is taken up again; its batches stay. */
  | { readonly type: 'retry'; readonly trial: TrialKey };

export const JOURNAL_SCHEMA = 'scalesweep.journal/1';
