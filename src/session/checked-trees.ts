import { TrialError } from '../errors.js';
import { isOutOfMemory } from './back-off.js';
import type { ScoreAnswer, ScoreWork } from './batch-work.js';
import { checkReach, checkTrees, type TreeCheck } from './check-trees.js';
import type { ProgramCache } from './program-cache.js';
import { longestRow } from './packed-rows.js';
import type { TreeScorer } from './score-trees.js';

const LEAST_REACH = 64;

/** A tree scorer, and what asking it has shown: kept in the program cache, as it takes runs of the model. */
export class CheckedTrees {
  readonly #scorer: TreeScorer;
  readonly #cache: ProgramCache;
  readonly #check: TreeCheck;
  /** Rows of so many columns may branch. */
  #clear = 0;
  /** Rows of so many, and longer ones, must not. */
  #blocked = { from: Number.POSITIVE_INFINITY, reason: '' };

  constructor(
    scorer: TreeScorer,
    { cache, check }: { readonly cache: ProgramCache; readonly check: TreeCheck },
  ) {
    this.#scorer = scorer;
    this.#cache = cache;
    this.#check = check;
  }

  /** Why rows must not branch at all; null where they may. Throws TrialError. */
  async obstacle(): Promise<string | null> {
    return await this.#asked('tree check', () => checkTrees(this.#scorer, this.#check));
  }

  /**
   * Why the rows of a batch must not; null where they may. Rows of 64, 128, 256 ... columns are asked about when a batch is the first to
   * need them, and where so many do not run, of exactly as many as it has. Throws TrialError.
   */
  async obstacleTo(work: ScoreWork): Promise<string | null> {
    const columns = this.#scorer.width(work);
    if (columns <= this.#clear) return null;
    const context = longestRow(work.rows);
    for (const asked of [Math.max(LEAST_REACH, 2 ** Math.ceil(Math.log2(columns))), columns]) {
      if (asked >= this.#blocked.from) continue;
      const reason = await this.#asked(`tree reach ${asked}`, () =>
        checkReach(this.#scorer, { columns: asked, tokens: Math.min(asked, context) }, this.#check),
      );
      if (reason !== null) this.#blocked = { from: asked, reason };
      else this.#clear = asked;
      if (columns <= this.#clear) return null;
    }
    return this.#blocked.reason;
  }

  async score(work: ScoreWork): Promise<ScoreAnswer> {
    return await this.#scorer.score(work);
  }

  async #asked(what: string, ask: () => Promise<string | null>): Promise<string | null> {
    return await this.#cache.value(what, () =>
      ask().catch((error: unknown) => {
        if (error instanceof TrialError || isOutOfMemory(error)) throw error;
        return `its branches do not run: ${error instanceof Error ? error.message : String(error)}`;
      }),
    );
  }
}
