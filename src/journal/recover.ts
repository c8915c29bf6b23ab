import { stat } from 'node:fs/promises';
import type { BatchCost, TrialLayout } from '../domain/engine.js';
import type { ScoreColumns } from '../domain/metric.js';
import {
  JOURNAL_SCHEMA,
  type JournalRecord,
  type TrialCompletion,
  type TrialScores,
} from '../domain/record.js';
import type { TrialKey } from '../domain/trial.js';
import { JournalError } from '../errors.js';
import { readCheckedLines } from '../files/checked-lines.js';
import { Answers } from './answers.js';
import { costOf, expandBatch, type CompactBatch } from './batch-line.js';
import { RescoreReader, type Rescoring } from './rescore-reader.js';
import { ScoreReader, type HeldScores, type SamplesLine } from './score-lines.js';

/** How a trial ended, as journalled. */
export type TrialEnding =
  | ({ readonly state: 'completed' } & TrialCompletion)
  | { readonly state: 'failed'; readonly code: string; readonly reason: string };

/** What the journal holds of one trial. */
export interface TrialProgress {
  /** How each chunk that was begun is cut into batches. */
  readonly layouts: Map<number, TrialLayout>;
  /** What the parts of its batches are bound to, where memory did not suffice for whole ones. */
  maxPartTokens?: number;
  readonly batches: Map<number, BatchCost>;
  /** The answers of these batches, as far as they are wanted. */
  readonly answers: Answers;
}

/** A trial of which nothing is journalled. */
export function noProgress(): TrialProgress {
  return { layouts: new Map(), batches: new Map(), answers: new Answers() };
}

export type OnEnding = (
  trial: TrialKey,
  progress: TrialProgress,
  ending: TrialEnding,
) => void | Promise<void>;

export interface Recovery {
  /** Digest of the plan that the journal belongs to, null for an empty journal. */
  readonly plan: string | null;
  /** Where to go on writing. */
  readonly validBytes: number;
}

export interface RecoveryOptions {
  /** Tells which answers of a trial are wanted, by request; null for none. @default all */
  readonly answersOf?: (trial: TrialKey) => ((request: number) => boolean) | null;
  /** Whether completed trials come with their scores; without, these are empty. @default true */
  readonly scores?: boolean;
  /** Read no more than so many bytes. @default all */
  readonly maxBytes?: number;
}

/**
 * Reads a journal. `onEnding` gets every finished trial with what is known of its batches, which is then forgotten, so memory is
 * bounded by the trials in flight and those that failed; the returned map holds the trials that had begun and not ended,
 * and `rescoring` the scores that replace those of completed trials, where scores are wanted.
 * Throws JournalError when the file is damaged before its end or is not a journal.
 */
export async function recoverJournal(
  path: string,
  onEnding: OnEnding,
  options: RecoveryOptions = {},
): Promise<Recovery & { readonly open: Map<TrialKey, TrialProgress>; readonly rescoring: Rescoring | null }> {
  const recovery = new JournalReader({ path, onEnding, options });
  const take = (value: unknown): void | Promise<void> => recovery.take(value as JournalLine);
  const { validBytes } = await readLines(path, take, options.maxBytes ?? Infinity);
  await recovery.endFailures();
  const { plan, open, rescores } = recovery;
  return { plan, validBytes, open, rescoring: rescores.last };
}

/** Records as they stand in the file: batches and scores are packed there. */
type JournalLine =
  | Exclude<JournalRecord, { type: 'batch' | 'completed' | 'scores' }>
  | { readonly type: 'batch'; readonly trial: TrialKey; readonly batch: CompactBatch }
  | SamplesLine
  | (HeldScores & { readonly type: 'completed'; readonly trial: TrialKey } & Omit<TrialCompletion, 'scores'>)
  | (HeldScores & { readonly type: 'scores'; readonly id: string; readonly trial: TrialKey } & Omit<
        TrialScores,
        'scores'
      >);

/** Follows the records of a journal, trial by trial. */
class JournalReader {
  plan: string | null = null;
  readonly open = new Map<TrialKey, TrialProgress>();
  readonly rescores = new RescoreReader();
  readonly #completed = new Set<TrialKey>();
  /** Failures are held back to the end, because a later `retry` may reopen them. */
  readonly #failed = new Map<TrialKey, { progress: TrialProgress; ending: TrialEnding }>();
  readonly #scores = new Map<TrialKey, ScoreReader>();
  readonly #path: string;
  readonly #onEnding: OnEnding;
  readonly #options: RecoveryOptions;

  constructor(given: { path: string; onEnding: OnEnding; options: RecoveryOptions }) {
    this.#path = given.path;
    this.#onEnding = given.onEnding;
    this.#options = given.options;
  }

  take(line: JournalLine): void | Promise<void> {
    if (line.type === 'header') {
      this.plan = checkedPlan(this.#path, line.schema, line.plan);
      return;
    }
    if (line.type === 'scores' || line.type === 'rescored' || (line.type === 'samples' && line.id !== null)) {
      if (this.#options.scores !== false) this.rescores.take(line);
      return;
    }
    if (this.#completed.has(line.trial)) return;
    if (line.type === 'retry') this.#reopen(line.trial);
    else if (!this.#failed.has(line.trial)) return this.#advance(line);
  }

  async endFailures(): Promise<void> {
    for (const [trial, { progress, ending }] of this.#failed) await this.#onEnding(trial, progress, ending);
  }

  #reopen(trial: TrialKey): void {
    const failed = this.#failed.get(trial);
    if (failed === undefined) return;
    this.#failed.delete(trial);
    this.open.set(trial, failed.progress);
  }

  #advance(line: TrialLine): void | Promise<void> {
    const { trial } = line;
    const progress = this.open.get(trial) ?? noProgress();
    this.open.set(trial, progress);
    switch (line.type) {
      case 'layout': {
        const { chunk = 0, nBatches, digest } = line;
        if (!progress.layouts.has(chunk)) progress.layouts.set(chunk, { nBatches, digest });
        return;
      }
      case 'bound':
        progress.maxPartTokens = Math.min(line.maxPartTokens, progress.maxPartTokens ?? Infinity);
        return;
      case 'batch':
        this.#takeBatch(trial, progress, line.batch);
        return;
      case 'samples':
        if (this.#options.scores !== false) this.#scoresOf(trial).take(line);
        return;
      case 'completed':
        return this.#complete(trial, progress, line);
      case 'failed':
        this.open.delete(trial);
        this.#failed.set(trial, {
          progress,
          ending: { state: 'failed', code: line.code, reason: line.reason },
        });
    }
  }

  #takeBatch(trial: TrialKey, { batches, answers }: TrialProgress, batch: CompactBatch): void {
    if (batches.has(batch.index)) return;
    batches.set(batch.index, costOf(batch));
    const { answersOf = () => () => true } = this.#options;
    const isWanted = answersOf(trial);
    if (isWanted !== null) answers.add(expandBatch(batch), isWanted);
  }

  #scoresOf(trial: TrialKey): ScoreReader {
    const reader = this.#scores.get(trial) ?? new ScoreReader();
    this.#scores.set(trial, reader);
    return reader;
  }

  async #complete(
    trial: TrialKey,
    progress: TrialProgress,
    line: Extract<TrialLine, { type: 'completed' }>,
  ): Promise<void> {
    const { device, telemetry, metrics } = line;
    const scores = this.#options.scores === false ? NO_SCORES : this.#scoresOf(trial).finish(line);
    this.#scores.delete(trial);
    this.open.delete(trial);
    this.#completed.add(trial);
    await this.#onEnding(trial, progress, { state: 'completed', device, telemetry, metrics, scores });
    progress.answers.close();
  }
}

const NO_SCORES: ScoreColumns = { names: [], docIds: new Float64Array(0), columns: [] };

type TrialLine = Exclude<JournalLine, { type: 'header' | 'retry' | 'scores' | 'rescored' }>;

async function readLines(
  path: string,
  visit: (value: unknown) => void | Promise<void>,
  maxBytes: number,
): Promise<{ validBytes: number }> {
  const size = await stat(path).then(
    (entry) => entry.size,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
      throw new JournalError(
        'JOURNAL_UNREADABLE',
        `Expected a readable journal at ${path}: ${String(error)}`,
        {
          cause: error,
        },
      );
    },
  );
  if (size === 0) return { validBytes: 0 };
  const lines = await readCheckedLines(path, visit, maxBytes).catch((error: unknown) => {
    throw error instanceof JournalError
      ? error
      : new JournalError('JOURNAL_UNREADABLE', `Expected a readable journal at ${path}: ${String(error)}`, {
          cause: error,
        });
  });
  if (lines.damagedAt !== null) {
    throw new JournalError(
      'JOURNAL_DAMAGED',
      `Expected every line of ${path} to be whole, but the line at byte ${lines.damagedAt} is damaged and others ` +
        `follow it: this is no torn write; restore the file from a copy, or start a new run`,
    );
  }
  return lines;
}

function checkedPlan(path: string, schema: string, plan: string): string {
  if (schema === JOURNAL_SCHEMA) return plan;
  throw new JournalError(
    'JOURNAL_SCHEMA',
    `Expected ${path} to be written as ${JOURNAL_SCHEMA}, got ${schema}: resume it with the version of scalesweep that began it`,
  );
}
