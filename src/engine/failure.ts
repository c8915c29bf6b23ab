import { SweepError, TrialError } from '../errors.js';
import type { Failure } from './protocol.js';

/** An error as plain data. */
export function toFailure(error: unknown): Failure {
  const known = error instanceof SweepError || error instanceof TrialError;
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  return { code: known ? error.code : null, message, stack };
}

/** The same as an error again: a trial's own failure, or a defect with the stack of where it happened. */
export function fromFailure({ code, message, stack }: Failure): Error {
  if (code !== null) return new TrialError(code, message);
  const defect = new Error(message);
  if (stack !== null) defect.stack = stack;
  return defect;
}
