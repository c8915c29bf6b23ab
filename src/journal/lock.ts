import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SweepError } from '../errors.js';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process in clock ticks since boot, where /proc tells: a re-used pid is another process. */
  readonly startedAt: string | null;
  readonly token: string;
}

/**
 * Takes the run directory for this process, or refuses with the holder's pid. A lock whose process is dead is taken
 * over: the stale file is renamed away first, which only one contender can do. Returns the release.
 */
export function lockRunDirectory(directory: string): () => void {
  const path = join(directory, 'run.lock');
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    startedAt: startTimeOf(process.pid),
    token: randomUUID(),
  };
  const temporary = `${path}.${mine.token}`;
  writeFileSync(temporary, JSON.stringify(mine));
  try {
    while (!claim(temporary, path)) evictDeadHolder(path, directory);
  } finally {
    rmSync(temporary, { force: true });
  }
  return () => {
    if (readHolder(path)?.token === mine.token) rmSync(path, { force: true });
  };
}

/** A hard link appears whole and fails when the name is taken: two processes cannot both succeed. */
function claim(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function evictDeadHolder(path: string, directory: string): void {
  const holder = readHolder(path);
  if (holder === null) return; // released meanwhile: try again
  if (isAlive(holder)) {
    throw new SweepError(
      'RUN_LOCKED',
      `Expected no other run in ${directory}, but process ${holder.pid} on ${holder.host} is writing it: ` +
        `wait for it to end, or choose another directory with --out`,
    );
  }
  const grave = `${path}.stale.${randomUUID()}`;
  try {
    renameSync(path, grave);
  } catch {
    return; // another contender was first
  }
  if (readHolder(grave)?.token !== holder.token) claim(grave, path); // took a live lock by mistake: give it back
  rmSync(grave, { force: true });
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true; // cannot know: refuse rather than write beside it
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return holder.startedAt === null || startTimeOf(holder.pid) === holder.startedAt;
}

/** Field 22 of /proc/<pid>/stat; the command name before it may hold spaces and brackets. */
function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
