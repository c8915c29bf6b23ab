import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it; one that is there is left as it is. Throws the system's error where it cannot be made.
 * Node's own recursive mkdir never returns where a file system says ENOENT of a directory whose parent is there, as /proc does.
 */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && statSync(dirname(path), { throwIfNoEntry: false }) === undefined) {
      makeDirectory(dirname(path));
      makeDirectory(path);
    } else if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
