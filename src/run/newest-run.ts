import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SweepError } from '../errors.js';
import { holdsRun } from './run-file.js';

/** The run directory below `parent` that began last; their names begin with the time. Throws SweepError where there is none. */
export async function newestRun(parent: string): Promise<string> {
  const names = await readdir(parent).catch((): string[] => []);
  for (const name of names.toSorted((a, b) => (a < b ? 1 : -1))) {
    if (await holdsRun(join(parent, name))) return join(parent, name);
  }
  throw new SweepError(
    'NOT_A_RUN',
    `Expected a run to resume below ${parent}/, but there is none: name it with --out`,
  );
}
