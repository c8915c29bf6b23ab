/**
 * The three kinds of failure that a user can meet. Anything else that is thrown is a defect of this program
 * and keeps its stack.
 */

/** The request was wrong: the user can mend it (exit code 2). */
export class SweepError extends Error {
  override readonly name = 'SweepError';
  readonly code: string;

  /** `code` is UPPER_SNAKE; `message` says what was expected, what came, where, and what to do. */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One trial cannot be completed; the sweep goes on without it (exit code 1). */
export class TrialError extends Error {
  override readonly name = 'TrialError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The durable record of a run cannot be read or written: measured data are at risk. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
