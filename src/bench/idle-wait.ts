import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  countersBetween,
  MAX_FOREIGN_SHARE,
  readMachineCounters,
  type MachineCounters,
} from './machine-watch.js';

// Counters step every 10 ms a core: a shorter look tells nothing.
const LOOK_MS = 100;

/** Waits while other processes are at work, before a repetition begins; nothing that was measured is left out for it. */
export class IdleWait {
  readonly #patienceMs: number;
  readonly #read: () => MachineCounters;
  #waitedMs = 0;

  /** Waits `patienceMs` at most each time; `read` reads the machine's counters with the bench's own processes. */
  constructor(patienceMs: number, read: () => MachineCounters = () => readMachineCounters()) {
    this.#patienceMs = patienceMs;
    this.#read = read;
  }

  /** Time waited so far, in milliseconds. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** Returns once others left the processors alone for a tenth of a second, or patience ends. */
  async settle(): Promise<void> {
    if (this.#patienceMs <= 0) return;
    const start = performance.now();
    let before = this.#read();
    do {
      await sleep(LOOK_MS);
      const now = this.#read();
      const isIdle = foreignShare(countersBetween(before, now)) <= MAX_FOREIGN_SHARE;
      before = now;
      if (isIdle) break;
    } while (performance.now() - start < this.#patienceMs);
    this.#waitedMs += performance.now() - start;
  }
}

/** Share of all processors that others took; 0 where the system does not tell. */
export function foreignShare({ busyMs, ownMs, atMs }: MachineCounters): number {
  if (busyMs === null || ownMs === null || atMs <= 0) return 0;
  return Math.max(0, busyMs - ownMs) / (atMs * availableParallelism());
}
