import type { JournalRecord, RescoredTask, TrialScores } from '../domain/record.js';
import type { TrialKey } from '../domain/trial.js';
import { ScoreReader, type HeldScores, type SamplesLine } from './score-lines.js';

/** The last rescoring of a run that was finished. */
export interface Rescoring {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly tasks: readonly RescoredTask[];
  readonly scores: ReadonlyMap<TrialKey, TrialScores>;
}

type RescoreLine =
  | SamplesLine
  | (HeldScores & {
      readonly type: 'scores';
      readonly id: string;
      readonly trial: TrialKey;
      readonly metrics: TrialScores['metrics'];
    })
  | Extract<JournalRecord, { type: 'rescored' }>;

/** Follows the lines of rescorings: one that was interrupted leaves no trace. */
export class RescoreReader {
  /** Null where the run was never scored again. */
  last: Rescoring | null = null;
  #id: string | null = null;
  #pending = new Map<TrialKey, TrialScores>();
  #parts = new Map<TrialKey, ScoreReader>();

  take(line: RescoreLine): void {
    if (line.id !== this.#id) {
      this.#pending = new Map();
      this.#parts = new Map();
    }
    this.#id = line.id;
    if (line.type === 'rescored') {
      this.last = { at: line.at, tasks: line.tasks, scores: this.#pending };
      return;
    }
    const parts = this.#parts.get(line.trial) ?? new ScoreReader();
    if (line.type === 'samples') {
      this.#parts.set(line.trial, parts);
      parts.take(line);
      return;
    }
    this.#parts.delete(line.trial);
    this.#pending.set(line.trial, { metrics: line.metrics, scores: parts.finish(line) });
  }
}
