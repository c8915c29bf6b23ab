import { MIN_ENERGY_WINDOW_MS, type EnergyCounter } from '../machine/energy-counter.js';

interface Account {
  readonly openedAt: number;
  joules: number;
}

/**
 * Shares a device's energy among the trials that are at work on it: what was used between two events is divided equally
 * among those that were open meanwhile.
 */
export class EnergyLedger {
  readonly #counter: EnergyCounter | null;
  readonly #now: () => number;
  readonly #open = new Map<string, Account>();
  #last = 0;

  constructor(counter: EnergyCounter | null, now: () => number = () => performance.now()) {
    this.#counter = counter;
    this.#now = now;
  }

  open(key: string): void {
    this.#settle();
    this.#open.set(key, { openedAt: this.#now(), joules: 0 });
  }

  /** Closes an account: its joules, null where nothing counts or it was open for less than a second. */
  close(key: string): number | null {
    this.#settle();
    const account = this.#open.get(key);
    this.#open.delete(key);
    if (account === undefined || this.#counter === null) return null;
    return this.#now() - account.openedAt < MIN_ENERGY_WINDOW_MS ? null : account.joules;
  }

  #settle(): void {
    if (this.#counter === null) return;
    const joules = this.#counter.joules();
    const share = this.#open.size === 0 ? 0 : (joules - this.#last) / this.#open.size;
    this.#last = joules;
    for (const account of this.#open.values()) account.joules += share;
  }
}
