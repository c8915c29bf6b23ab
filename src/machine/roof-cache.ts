import { readFileSync, writeFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.js';
import { makeDirectory } from '../files/make-directory.js';
import type { Roof } from './roof.js';

/** What was measured of a machine once and holds until its hardware or runtime changes. */
export interface MachineFacts {
  readonly roofs: readonly Roof[];
  /** Power of the idle device in watts, by device. */
  readonly idleWatts: Readonly<Record<string, number>>;
}

const NOTHING: MachineFacts = { roofs: [], idleWatts: {} };

/** Where facts of machines are kept. */
export function factsFile(environment: NodeJS.ProcessEnv = process.env): string {
  return join(cacheDirectory(environment), 'machine.json');
}

/** What is known of a machine; nothing where nothing was measured, or the file is not readable. */
export function readMachineFacts(machine: string, file = factsFile()): MachineFacts {
  return readAll(file)[machine] ?? NOTHING;
}

/** Adds facts of a machine; those of the same device and threads are replaced. Where the file cannot be written, nothing is kept. */
export function keepMachineFacts(machine: string, facts: MachineFacts, file = factsFile()): void {
  const all = readAll(file);
  const before = all[machine] ?? NOTHING;
  const replaced = new Set(facts.roofs.map(roofKey));
  const merged: MachineFacts = {
    roofs: [...before.roofs.filter((roof) => !replaced.has(roofKey(roof))), ...facts.roofs],
    idleWatts: { ...before.idleWatts, ...facts.idleWatts },
  };
  try {
    makeDirectory(dirname(file));
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, `${JSON.stringify({ ...all, [machine]: merged }, null, 2)}\n`);
    renameSync(fresh, file);
  } catch {
    // A read-only home: it is measured again the next time.
  }
}

/** The roof of a device with so many threads, null where it was not measured. */
export function roofFor({ roofs }: MachineFacts, device: string, threads: number): Roof | null {
  return roofs.find((roof) => roof.device === device && roof.threads === threads) ?? null;
}

const roofKey = ({ device, threads }: Roof): string => `${device} ${threads}`;

function readAll(file: string): Record<string, MachineFacts> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, MachineFacts>;
  } catch {
    return {};
  }
}
