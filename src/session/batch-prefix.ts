import type { ScoreBatch } from './score-layout.js';
import { sharedLength } from './token-order.js';

// Reading a beginning once is a run more, and a cache that every run takes in.
const WORTH_A_RUN = 0.05;

type Prefix = Pick<ScoreBatch, 'prefix' | 'room'>;

/**
 * What the rows of a batch are computed behind: its prefix, and where it has none, what its contexts happen to begin with, as
 * questions do that all open with the same words, if that spares a twentieth of the batch. Rows have to branch for it.
 */
export function beginningOf({ rows, prefix, room, size }: ScoreBatch): Prefix {
  const [first] = rows;
  if (prefix > 0 || first === undefined) return { prefix, room };
  let [shared, trees] = [Infinity, 0];
  for (const { tokens, context, group } of rows) {
    // The last token of a context predicts: it is not left to the prefix.
    shared = Math.min(shared, context - 1, sharedLength(first.tokens, tokens));
    trees = Math.max(trees, group + 1);
  }
  return shared > 0 && shared * (trees - 1) >= WORTH_A_RUN * size
    ? { prefix: shared, room: room - shared }
    : { prefix, room };
}
