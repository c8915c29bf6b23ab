import { stat } from 'node:fs/promises';
import type { BatchResult } from '../domain/engine.js';
import { JOURNAL_SCHEMA, type JournalRecord, type TrialCompletion } from '../domain/record.js';
import { RescoreReader, type Rescoring } from './rescore-reader.js';
import type { TrialKey } from '../domain/trial.js';
import { JournalError } from '../errors.js';
import { readCheckedLines } from '../files/checked-lines.js';
import { expandBatch, type CompactBatch } from './batch-line.js';

/** How a trial ended, as journalled. */
export type TrialEnding =
  | ({ readonly state: 'completed' } & TrialCompletion)
  | { readonly state: 'failed'; readonly code: string; readonly reason: string };

/** What the journal holds of one trial. */
export interface TrialProgress {
  layout: string | null;
  /** What the parts of its batches are bound to, where memory did not suffice for whole ones. */
  maxPartTokens?: number;
  readonly batches: Map<number, BatchResult>;
}

export type OnEnding = (trial: TrialKey, progress: TrialProgress, ending: TrialEnding) => void;

export interface Recovery {
  /** Digest of the plan that the journal belongs to, null for an empty journal. */
  readonly plan: string | null;
  /** Where to go on writing. */
  readonly validBytes: number;
}

/**
 * Reads a journal. `onEnding` gets every finished trial with its batches, which are then forgotten, so memory is
 * bounded by the trials in flight and those that failed; the returned map holds the trials that had begun and not ended,
 * and `rescoring` the scores that replace those of completed trials.
 * Throws JournalError when the file is damaged before its end or is not a journal.
 */
export async function recoverJournal(
  path: string,
  onEnding: OnEnding,
): Promise<Recovery & { readonly open: Map<TrialKey, TrialProgress>; readonly rescoring: Rescoring | null }> {
  const recovery = new JournalReader(path, onEnding);
  const { validBytes } = await readLines(path, (value) => recovery.take(value as JournalRecord));
  recovery.endFailures();
  const { plan, open, rescores } = recovery;
  return { plan, validBytes, open, rescoring: rescores.last };
}

/** Follows the records of a journal, trial by trial. */
class JournalReader {
  plan: string | null = null;
  readonly open = new Map<TrialKey, TrialProgress>();
  readonly rescores = new RescoreReader();
  readonly #completed = new Set<TrialKey>();
  /** Failures are held back to the end, because a later `retry` may reopen them. */
  readonly #failed = new Map<TrialKey, { progress: TrialProgress; ending: TrialEnding }>();
  readonly #path: string;
  readonly #onEnding: OnEnding;

  constructor(path: string, onEnding: OnEnding) {
    this.#path = path;
    this.#onEnding = onEnding;
  }

  take(record: JournalRecord): void {
    if (record.type === 'header') {
      this.plan = checkedPlan(this.#path, record.schema, record.plan);
      return;
    }
    if (record.type === 'scores' || record.type === 'rescored') {
      this.rescores.take(record);
      return;
    }
    if (this.#completed.has(record.trial)) return;
    if (record.type === 'retry') this.#reopen(record.trial);
    else if (!this.#failed.has(record.trial)) this.#advance(record);
  }

  endFailures(): void {
    for (const [trial, { progress, ending }] of this.#failed) this.#onEnding(trial, progress, ending);
  }

  #reopen(trial: TrialKey): void {
    const failed = this.#failed.get(trial);
    if (failed === undefined) return;
    this.#failed.delete(trial);
    this.open.set(trial, failed.progress);
  }

  #advance(record: TrialRecord): void {
    const progress = this.open.get(record.trial) ?? { layout: null, batches: new Map<number, BatchResult>() };
    this.open.set(record.trial, progress);
    const ending = applyRecord(progress, record);
    if (ending === null) return;
    this.open.delete(record.trial);
    if (ending.state === 'failed') {
      this.#failed.set(record.trial, { progress, ending });
    } else {
      this.#completed.add(record.trial);
      this.#onEnding(record.trial, progress, ending);
    }
  }
}

type TrialRecord = Exclude<JournalRecord, { type: 'header' | 'retry' | 'scores' | 'rescored' }>;

function applyRecord(progress: TrialProgress, record: TrialRecord): TrialEnding | null {
  switch (record.type) {
    case 'layout':
      progress.layout ??= record.digest;
      return null;
    case 'bound':
      progress.maxPartTokens = Math.min(record.maxPartTokens, progress.maxPartTokens ?? Infinity);
      return null;
    case 'batch': {
      const batch = expandBatch(record.batch as unknown as CompactBatch);
      if (!progress.batches.has(batch.index)) progress.batches.set(batch.index, batch);
      return null;
    }
    case 'completed': {
      const { device, telemetry, metrics, scores } = record;
      return { state: 'completed', device, telemetry, metrics, scores };
    }
    case 'failed':
      return { state: 'failed', code: record.code, reason: record.reason };
  }
}

async function readLines(path: string, visit: (value: unknown) => void): Promise<{ validBytes: number }> {
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
  const lines = await readCheckedLines(path, visit).catch((error: unknown) => {
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
