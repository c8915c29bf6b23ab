import { stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from '../files/make-directory.js';
import { SweepError } from '../errors.js';

/**
 * Refuses, before any work is done, a file that cannot be written: one whose folder is not there, or that is a folder.
 * Throws SweepError.
 */
export async function checkOutputFile(path: string): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => null);
  if (folder === null || !folder.isDirectory()) {
    throw new SweepError(
      'OUTPUT',
      `Expected the folder of -o ${path} to be there, but ${dirname(path)} is ${folder === null ? 'not' : 'no folder'}: create it, or name another file`,
    );
  }
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory() === true) {
    throw new SweepError('OUTPUT', `Expected -o to name a file, but ${path} is a folder: name a file in it`);
  }
}

/** Makes a folder to write into. Throws SweepError where it cannot be made. */
export function makeOutputFolder(path: string): void {
  try {
    makeDirectory(path);
  } catch (error) {
    throw new SweepError(
      'OUTPUT',
      `Expected -o ${path} to be a folder that can be made: ${String(error)}; name another`,
      { cause: error },
    );
  }
}

/** Writes a file. Throws SweepError where it cannot. */
export async function writeOutput(path: string, content: string | Buffer): Promise<void> {
  await writeFile(path, content).catch((error: unknown) => {
    throw new SweepError(
      'OUTPUT',
      `Expected to write ${path}: ${String(error)}; name another place with -o`,
      {
        cause: error,
      },
    );
  });
}
