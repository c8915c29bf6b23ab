import { SweepError } from '../../errors.js';

/** A template that cannot be read, or cannot be rendered with the values at hand. */
export function templateError(message: string): SweepError {
  return new SweepError('TEMPLATE', message);
}
