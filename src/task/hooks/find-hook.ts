import { basename, dirname } from 'node:path';
import { SweepError } from '../../errors.js';
import type { FunctionRef } from '../function-ref.js';
import { FAMILIES, FOREIGN_FOLDERS, REFUSED_HOOKS } from './families.js';
import type { HookKind, HookKinds } from './hook.js';

/**
 * Our own function for a `!function` of a task file. Files name functions by module (`utils.process_docs`), which is
 * not unique: the family is told by the folder of the file, or by the beginning of the task's name.
 * Throws SweepError UNKNOWN_HOOK with what is known.
 */
export function findHook<Kind extends HookKind>(
  kind: Kind,
  ref: FunctionRef,
  taskName: string,
): HookKinds[Kind] {
  refuse(kind, ref, taskName);
  const families = Object.keys(FAMILIES)
    .filter((family) => belongs(family, ref, taskName))
    .sort((a, b) => b.length - a.length);
  for (const family of families) {
    const functions = FAMILIES[family]?.[kind];
    const name = [ref.text, ref.name].find((one) => functions !== undefined && Object.hasOwn(functions, one));
    const found = name === undefined ? undefined : functions?.[name];
    if (found !== undefined) return found;
  }
  throw new SweepError(
    'UNKNOWN_HOOK',
    `Expected a known function for \`${kind}: !function ${ref.text}\` of the task ${taskName} in ${ref.file}; known are ${knownHooks(kind).join(', ')}.`,
  );
}

function refuse(kind: HookKind, ref: FunctionRef, taskName: string): void {
  for (const [place, reason] of Object.entries(REFUSED_HOOKS)) {
    const [family, name] = [dirname(place), basename(place)];
    if (name !== ref.name || !belongs(family, ref, taskName)) continue;
    throw new SweepError(
      'UNKNOWN_HOOK',
      `The function of \`${kind}: !function ${ref.text}\` of the task ${taskName} in ${ref.file} cannot be given here: ${reason}.`,
    );
  }
}

// A family is told by its folders, one inside the other, or by the beginning of the task's name.
function belongs(family: string, ref: FunctionRef, taskName: string): boolean {
  const folders = `/${dirname(ref.file).split(/[\\/]/).join('/')}/`;
  if (folders.includes(`/${family}/`)) return true;
  if (FOREIGN_FOLDERS.some((folder) => folders.includes(`/${folder}/`))) return false;
  return taskName === family || taskName.startsWith(`${family}_`);
}

/** Our function for a `!function`, null where there is none. */
export function hookOrNull<Kind extends HookKind>(
  kind: Kind,
  ref: FunctionRef,
  taskName: string,
): HookKinds[Kind] | null {
  try {
    return findHook(kind, ref, taskName);
  } catch (error) {
    if (error instanceof SweepError) return null;
    throw error;
  }
}

/** `family/function` of every hook for a field. */
export function knownHooks(kind: HookKind): string[] {
  return Object.entries(FAMILIES).flatMap(([family, hooks]) =>
    Object.keys(hooks[kind] ?? {}).map((name) => `${family}/${name}`),
  );
}
