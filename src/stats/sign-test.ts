import { binomialProbability } from './median-interval.js';
import { twoSidedP } from './normal.js';

/** Beyond this many changes the binomial law is normal to three digits. */
const EXACT_UP_TO = 1000;

/**
 * Two-sided p-value that ups and downs are equally likely among the items that changed: McNemar's test (McNemar 1947),
 * exact by the binomial law up to a thousand changes, with a continuity correction beyond. 1 where nothing changed.
 */
export function signTestP(up: number, down: number): number {
  const n = up + down;
  if (n === 0) return 1;
  if (n > EXACT_UP_TO) return twoSidedP(Math.max(0, Math.abs(up - down) - 1) / Math.sqrt(n));
  let tail = 0;
  for (let k = 0; k <= Math.min(up, down); k++) tail += binomialProbability(n, k, 0.5);
  return Math.min(1, 2 * tail);
}
