import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { processTreeCpuMs } from '../machine/process-cpu.js';
import { namesIn, systemFile } from '../machine/system-files.js';

/** Counters of the whole machine that only grow; null where the system does not keep them. */
export interface MachineCounters {
  /** Busy processor time of all processes, in ms. */
  readonly busyMs: number | null;
  /** Processor time of the bench itself: this process, its children, and their helpers; in ms. */
  readonly ownMs: number | null;
  /** Time that the hypervisor gave to others, in ms. */
  readonly stolenMs: number | null;
  /** Pages swapped in and out. */
  readonly swappedPages: number | null;
  /** Thermal throttle events of all cores. */
  readonly throttles: number | null;
  /** When they were read, in ms. */
  readonly atMs: number;
}

const JIFFY_MS = 10;

/** Reads the counters; takes well under a millisecond. `pids` are the bench's living children. */
export function readMachineCounters(pids: readonly number[] = [], root = '/'): MachineCounters {
  const cpu = cpuTimes(textIn(join(root, 'proc/stat')));
  return {
    busyMs: cpu?.busyMs ?? null,
    ownMs: processTreeCpuMs(pids, root),
    stolenMs: cpu?.stolenMs ?? null,
    swappedPages: swappedPages(textIn(join(root, 'proc/vmstat'))),
    throttles: throttleEvents(join(root, 'sys/devices/system/cpu')),
    atMs: performance.now(),
  };
}

/** What happened between two readings: differences, null where either is. */
export function countersBetween(before: MachineCounters, after: MachineCounters): MachineCounters {
  const difference = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : b - a;
  return {
    busyMs: difference(before.busyMs, after.busyMs),
    ownMs: difference(before.ownMs, after.ownMs),
    stolenMs: difference(before.stolenMs, after.stolenMs),
    swappedPages: difference(before.swappedPages, after.swappedPages),
    throttles: difference(before.throttles, after.throttles),
    atMs: after.atMs - before.atMs,
  };
}

/** Sums of differences. */
export function addCounters(a: MachineCounters, b: MachineCounters): MachineCounters {
  const sum = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? null : x + y;
  return {
    busyMs: sum(a.busyMs, b.busyMs),
    ownMs: sum(a.ownMs, b.ownMs),
    stolenMs: sum(a.stolenMs, b.stolenMs),
    swappedPages: sum(a.swappedPages, b.swappedPages),
    throttles: sum(a.throttles, b.throttles),
    atMs: a.atMs + b.atMs,
  };
}

/** Foreign processes may take this share of the machine before figures are doubted. */
export const MAX_FOREIGN_SHARE = 0.05;
// Shorter than this the counters' steps are all that is seen.
const MIN_WATCH_MS = 500;

/** Why figures measured meanwhile are not to be trusted. */
export function reasonsToDoubt(meanwhile: MachineCounters): string[] {
  const reasons: string[] = [];
  const available = meanwhile.atMs * availableParallelism();
  const percent = (ms: number): string => `${((100 * ms) / available).toFixed(0)}%`;
  // Counters tick in steps of 10 ms a core: shorter differences are no evidence.
  const foreign =
    meanwhile.busyMs === null || meanwhile.ownMs === null
      ? 0
      : meanwhile.busyMs - meanwhile.ownMs - JIFFY_MS * availableParallelism();
  if (meanwhile.atMs >= MIN_WATCH_MS && foreign > MAX_FOREIGN_SHARE * available) {
    reasons.push(`other processes took ${percent(foreign)} of the processors`);
  }
  const stolen = meanwhile.stolenMs ?? 0;
  if (stolen > MAX_FOREIGN_SHARE * available) reasons.push(`the hypervisor took ${percent(stolen)}`);
  if ((meanwhile.swappedPages ?? 0) > 0) reasons.push(`${meanwhile.swappedPages} pages were swapped`);
  if ((meanwhile.throttles ?? 0) > 0)
    reasons.push(`the processor was throttled ${meanwhile.throttles} times`);
  return reasons;
}

function cpuTimes(stat: string): { readonly busyMs: number; readonly stolenMs: number } | null {
  const fields = /^cpu +(.+)$/m.exec(stat)?.[1]?.split(' ').map(Number);
  if (fields === undefined) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = fields;
  return { busyMs: (user + nice + system + irq + softIrq) * JIFFY_MS, stolenMs: steal * JIFFY_MS };
}

function swappedPages(vmstat: string): number | null {
  const [, into] = /^pswpin (\d+)$/m.exec(vmstat) ?? [];
  const [, out] = /^pswpout (\d+)$/m.exec(vmstat) ?? [];
  return into === undefined || out === undefined ? null : Number(into) + Number(out);
}

function throttleEvents(directory: string): number | null {
  const counts = namesIn(directory)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => textIn(join(directory, name, 'thermal_throttle/core_throttle_count')))
    .filter((text) => text !== '');
  return counts.length === 0 ? null : counts.reduce((sum, text) => sum + Number(text), 0);
}

function textIn(file: string): string {
  return systemFile(file) ?? '';
}
