import { resolve } from 'node:path';

const MODELS = resolve(import.meta.dirname, '../../models');

/** The family that ships with the program, and its tasks. */
export const BUILTIN_FAMILY = {
  directory: resolve(MODELS, 'snowflake'),
  tasks: resolve(MODELS, 'snowflake/tasks'),
} as const;
