import { BIG_BENCH } from './big-bench.js';
import { COMMONSENSE } from './commonsense.js';
import { HELLASWAG } from './hellaswag.js';
import type { FamilyHooks } from './hook.js';
import { MATHEMATICS } from './mathematics.js';
import { READING } from './reading.js';

/** Every family of tasks whose Python functions have a twin here. */
export const FAMILIES: Readonly<Record<string, FamilyHooks>> = {
  bigbench: BIG_BENCH,
  hellaswag: HELLASWAG,
  ...COMMONSENSE,
  ...READING,
  ...MATHEMATICS,
};
