import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// USER_HZ, which Linux fixes at 100 for programs.
const JIFFY_MS = 10;

/**
 * Processor time of this process with the children that have ended, and of the living processes given, in ms; null
 * where there is no /proc. A process that has just ended counts through its parent.
 */
export function processTreeCpuMs(pids: readonly number[], root = '/'): number | null {
  const own = timesOf(join(root, 'proc/self/stat'));
  if (own === null) return null;
  const living = pids.map((pid) => timesOf(join(root, `proc/${pid}/stat`))?.own ?? 0);
  return living.reduce((sum, ms) => sum + ms, own.own + own.ended);
}

/** Fields utime, stime, cutime and cstime of proc(5); the name before them may hold anything but ends with the last ")". */
function timesOf(file: string): { readonly own: number; readonly ended: number } | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
  return { own: (user + system) * JIFFY_MS, ended: (endedUser + endedSystem) * JIFFY_MS };
}
