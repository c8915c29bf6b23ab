import { BIAS } from './bias.js';
import { BIG_BENCH } from './big-bench.js';
import { BIG_BENCH_HARD } from './big-bench-hard.js';
import { COMMONSENSE } from './commonsense.js';
import { DIALOGUE } from './dialogue.js';
import { DROP } from './drop.js';
import { EXAMS } from './exams.js';
import { HELLASWAG } from './hellaswag.js';
import type { FamilyHooks } from './hook.js';
import { MATHEMATICS } from './mathematics.js';
import { MEDICINE } from './medicine.js';
import { READING } from './reading.js';
import { SUPER_GLUE } from './super-glue.js';
import { TRUTHFULNESS } from './truthfulness.js';

/**
 * Every family of tasks whose Python functions have a twin here, by its folder (or folders). Functions are named as in
 * Python; `module.name` where two modules of a folder have one of the same name.
 */
export const FAMILIES: Readonly<Record<string, FamilyHooks>> = {
  bigbench: BIG_BENCH,
  bbh: BIG_BENCH_HARD,
  hellaswag: HELLASWAG,
  drop: DROP,
  ...BIAS,
  ...COMMONSENSE,
  ...DIALOGUE,
  ...EXAMS,
  ...MATHEMATICS,
  ...MEDICINE,
  ...READING,
  ...SUPER_GLUE,
  ...TRUTHFULNESS,
};

/** Folders whose functions only look like those of a family that their tasks' names begin with. */
export const FOREIGN_FOLDERS = ['galician_bench', 'catalan_bench'];

/** Functions that cannot be given here, by family and name, and why. */
export const REFUSED_HOOKS: Readonly<Record<string, string>> = {
  'gpqa/n_shot/process_docs':
    'it shuffles the choices anew at every pass over the data, so no two passes agree',
};
