import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what can be made again is kept: SCALESWEEP_CACHE, or `scalesweep` in the user's cache directory. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return environment['SCALESWEEP_CACHE'] ?? join(cache, 'scalesweep');
}
