import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeDirectory } from './make-directory.js';

/** Where what can be made again is kept: SCALESWEEP_CACHE, or `scalesweep` in the user's cache directory. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return environment['SCALESWEEP_CACHE'] ?? join(cache, 'scalesweep');
}

/** Why nothing can be kept in the cache directory, in one sentence; null where a file can be written there. */
export function cacheObstacle(directory = cacheDirectory()): string | null {
  const probe = join(directory, `${randomUUID()}.tmp`);
  try {
    makeDirectory(directory);
    writeFileSync(probe, 'probe');
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `Expected to keep programs and measurements in ${directory}, but it cannot be written (${reason}): all is made anew every time; set SCALESWEEP_CACHE to another directory.`;
  } finally {
    try {
      rmSync(probe, { force: true });
    } catch {
      // Where it could not be written it is not there.
    }
  }
}
