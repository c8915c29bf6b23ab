import type { JournalRecord, RescoredTask, TrialScores } from '../domain/record.js';
import type { TrialKey } from '../domain/trial.js';

/** The last rescoring of a run that was finished. */
export interface Rescoring {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly tasks: readonly RescoredTask[];
  readonly scores: ReadonlyMap<TrialKey, TrialScores>;
}

/** Follows the lines of rescorings: one that was interrupted leaves no trace. */
export class RescoreReader {
  /** Null where the run was never scored again. */
  last: Rescoring | null = null;
  #id: string | null = null;
  #pending = new Map<TrialKey, TrialScores>();

  take(record: Extract<JournalRecord, { type: 'scores' | 'rescored' }>): void {
    if (record.id !== this.#id) this.#pending = new Map();
    this.#id = record.id;
    if (record.type === 'scores')
      this.#pending.set(record.trial, { metrics: record.metrics, scores: record.scores });
    else this.last = { at: record.at, tasks: record.tasks, scores: this.#pending };
  }
}
