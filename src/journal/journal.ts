import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JournalRecord } from '../domain/record.js';
import { JournalError } from '../errors.js';
import { syncDirectory } from '../files/atomic-write.js';
import { encodeCheckedLine } from '../files/checked-lines.js';
import { compactBatch } from './batch-line.js';
import { packScores } from './score-lines.js';

const PIECE_CHARACTERS = 1 << 22;

/**
 * FILE     <run>/journal.ndjson, checked lines (files/checked-lines.ts). Line 1 is the header with the plan's digest;
 *          then, for every trial: one `layout` before its first batch, one `batch` for every batch, a `bound` wherever
 *          memory did not hold one (the least counts, a resumed trial begins with it), and at last one `completed` or
 *          `failed`. Lines of different trials may stand interleaved. A large workload is asked in chunks: each has a
 *          `layout` of its own, and batches and requests are numbered on through all of them. Trials that are scored
 *          again get one `scores` each, which count when a `rescored` of the same id stands behind them. Many scores
 *          stand in `samples` lines before the record that they belong to (score-lines.ts).
 * MEANING  A trial's answers are the union of its batches; a batch counts once, the first time it stands there.
 * BARRIER  append() resolves after fdatasync. Appends that arrive during a sync share the next one, so the disk
 *          is waited for once a group and not once a batch.
 * WRITER   One process, holding the run's lock (lock.ts). Engines never see this file.
 * FAILURE  The first failed write ends the journal: every later append is refused with the same error, so that
 *          nothing can stand behind a torn line.
 */
export class Journal {
  readonly #file: FileHandle;
  readonly #path: string;
  #queue: Iterable<string>[] = [];
  #flushing: Promise<void> | null = null;
  #failure: JournalError | null = null;

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Opens the journal for appending behind its first `validBytes` bytes; what stands behind them is cut off. */
  static async open(path: string, validBytes: number): Promise<Journal> {
    const file = await open(path, 'a');
    if ((await file.stat()).size > validBytes) {
      await file.truncate(validBytes);
      await file.datasync();
    }
    await syncDirectory(dirname(path));
    return new Journal(file, path);
  }

  /** Resolves when the record is durable; rejects with JournalError when it cannot be. */
  append(record: JournalRecord): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    this.#queue.push(linesOf(record));
    this.#flushing ??= this.#flush();
    return this.#flushing;
  }

  /** Resolves when everything appended so far is durable. */
  async settled(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
    if (this.#failure !== null) throw this.#failure;
  }

  async close(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    await Promise.resolve(); // appends made in the same turn share one sync
    try {
      while (this.#queue.length > 0) {
        const group = this.#queue;
        this.#queue = [];
        for (const text of piecesOf(group)) await this.#file.appendFile(text);
        await this.#file.datasync();
      }
    } catch (error) {
      this.#failure = writeFailure(this.#path, error);
      throw this.#failure;
    } finally {
      this.#flushing = null;
    }
  }
}

/** The lines of a record. Those of many scores are made when they are written, so that memory holds a few at a time. */
function linesOf(record: JournalRecord): Iterable<string> {
  if (record.type === 'completed' || record.type === 'scores') return scoredLines(record);
  const value = record.type === 'batch' ? { ...record, batch: compactBatch(record.batch) } : record;
  return [encodeCheckedLine(value)];
}

function* scoredLines(record: Extract<JournalRecord, { type: 'completed' | 'scores' }>): Generator<string> {
  const id = record.type === 'scores' ? record.id : null;
  const { before, held } = packScores({ trial: record.trial, id }, record.scores);
  for (const line of before) yield encodeCheckedLine(line);
  yield encodeCheckedLine({ ...record, ...held });
}

/** Lines joined into pieces of a few megabytes. */
function* piecesOf(group: readonly Iterable<string>[]): Generator<string> {
  let piece = '';
  for (const lines of group) {
    for (const line of lines) {
      piece += line;
      if (piece.length < PIECE_CHARACTERS) continue;
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

function writeFailure(path: string, cause: unknown): JournalError {
  const full = isErrno(cause, 'ENOSPC') || isErrno(cause, 'EDQUOT');
  const why = full ? 'the disk is full' : cause instanceof Error ? cause.message : String(cause);
  return new JournalError(
    full ? 'DISK_FULL' : 'JOURNAL_WRITE',
    `Expected to append to ${path}, but ${why}; everything journalled before is safe: ` +
      `${full ? 'free some space' : 'mend the cause'}, then resume the run with --resume`,
    { cause },
  );
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
