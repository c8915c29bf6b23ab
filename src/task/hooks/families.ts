import type { FamilyHooks } from './hook.js';
import { HELLASWAG } from './hellaswag.js';

/** Every family of tasks whose Python functions have a twin here. */
export const FAMILIES: Readonly<Record<string, FamilyHooks>> = {
  hellaswag: HELLASWAG,
};
