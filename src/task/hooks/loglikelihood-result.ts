import { toNumber } from '../../python/value.js';
import type { HookResult } from './hook.js';

/** The loglikelihood of an answer to one choice. */
export function loglikelihoodOf(result: HookResult): number {
  return Array.isArray(result) ? Number(result[0]) : toNumber(result);
}

/** The first index of the greatest value. */
export function greatest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? -Infinity) ? index : best), 0);
}
