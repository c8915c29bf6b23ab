import { JOURNAL_SCHEMA } from '../domain/record.js';
import type { TrialKey } from '../domain/trial.js';
import { Journal } from '../journal/journal.js';
import { noProgress, recoverJournal, type OnEnding, type TrialProgress } from '../journal/recover.js';
import { runPaths } from './run-file.js';

/** A run's journal, open for appending, and what it already holds. */
export interface Ledger {
  readonly journal: Journal;
  /** Trials that need nothing more. */
  readonly ended: ReadonlySet<TrialKey>;
  readonly progressOf: (trial: TrialKey) => TrialProgress;
}

/** Failures of the machine and not of the trial: going on with the run tries these again without being asked. */
const MACHINE_FAILURES = ['ENGINE_DIED', 'ENGINE_ENDED', 'DEVICE_LOST'];

/**
 * Opens the journal of a run whose directory is locked. Trials that died with their engine are taken up again, and with
 * `retryFailed` all that failed.
 */
export async function openLedger(
  directory: string,
  { plan, retryFailed }: { plan: string; retryFailed: boolean },
): Promise<Ledger> {
  const path = runPaths(directory).journal;
  const ended = new Set<TrialKey>();
  const retried = new Map<TrialKey, TrialProgress>();
  const take: OnEnding = (trial, progress, ending) => {
    const again = ending.state === 'failed' && (retryFailed || MACHINE_FAILURES.includes(ending.code));
    if (again) retried.set(trial, progress);
    else ended.add(trial);
  };
  const recovery = await recoverJournal(path, take, { scores: false });
  const journal = await Journal.open(path, recovery.validBytes);
  if (recovery.plan === null) await journal.append({ type: 'header', schema: JOURNAL_SCHEMA, plan });
  for (const trial of retried.keys()) await journal.append({ type: 'retry', trial });
  return {
    journal,
    ended,
    progressOf: (trial) => recovery.open.get(trial) ?? retried.get(trial) ?? noProgress(),
  };
}
