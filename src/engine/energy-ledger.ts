import { MIN_ENERGY_WINDOW_MS, type EnergyCounter } from '../machine/energy-counter.js';

interface Account {
  readonly openedAt: number;
  joules: number;
  shareMs: number;
}

/** A closed account. */
export interface EnergyShare {
  /** Null where nothing counts, or over less than a second. */
  readonly joules: number | null;
  /** Wall time divided by the trials that were at work, in ms. */
  readonly shareMs: number;
}

/**
 * Shares a device's energy among the trials that are at work on it: what was used between two events is divided equally
 * among those that were open meanwhile.
 */
export class EnergyLedger {
  readonly #counter: EnergyCounter | null;
  readonly #now: () => number;
  readonly #open = new Map<string, Account>();
  #lastJoules = 0;
  #lastAt = 0;

  constructor(counter: EnergyCounter | null, now: () => number = () => performance.now()) {
    this.#counter = counter;
    this.#now = now;
  }

  open(key: string): void {
    this.#settle();
    this.#open.set(key, { openedAt: this.#now(), joules: 0, shareMs: 0 });
  }

  close(key: string): EnergyShare {
    this.#settle();
    const account = this.#open.get(key);
    this.#open.delete(key);
    if (account === undefined) return { joules: null, shareMs: 0 };
    const { openedAt, joules, shareMs } = account;
    const tells = this.#counter !== null && this.#now() - openedAt >= MIN_ENERGY_WINDOW_MS;
    return { joules: tells ? joules : null, shareMs };
  }

  #settle(): void {
    const [joules, now] = [this.#counter?.joules() ?? 0, this.#now()];
    const [used, passed] = [joules - this.#lastJoules, now - this.#lastAt];
    [this.#lastJoules, this.#lastAt] = [joules, now];
    for (const account of this.#open.values()) {
      account.joules += used / this.#open.size;
      account.shareMs += passed / this.#open.size;
    }
  }
}
