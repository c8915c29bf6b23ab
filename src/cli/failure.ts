import { CommanderError } from 'commander';
import { JournalError, SweepError, TrialError } from '../errors.js';

/** 0 all trials completed; 1 some trial failed, or the run could not be recorded further; 2 the request was wrong; 130 interrupted. */
export const EXIT = { ok: 0, someFailed: 1, wrongRequest: 2, interrupted: 130 } as const;

/** Journal failures in the middle of a run: what was measured is kept, and the run can be resumed. */
const MID_RUN = new Set(['DISK_FULL', 'JOURNAL_WRITE']);

/** Tells a failure on stderr, in one sentence where it is one that a user can meet, and gives the exit code for it. */
export function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrongRequest;
  if (error instanceof SweepError || error instanceof TrialError || error instanceof JournalError) {
    process.stderr.write(`scalesweep: ${error.message}\n`);
    return MID_RUN.has(error.code) || error instanceof TrialError ? EXIT.someFailed : EXIT.wrongRequest;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `scalesweep: this is a defect of scalesweep, please report it with the lines below\n${stack}\n`,
  );
  return EXIT.someFailed;
}
