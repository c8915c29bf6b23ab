import type { Workload } from '../domain/task.js';
import type { PlannedTrial } from '../plan/plan.js';

/** Trials of one model at one precision: they stay together, so that a model is opened on one device only. */
interface Session<W extends Workload> {
  readonly trials: readonly PlannedTrial<W>[];
  readonly cost: number;
}

interface Lane<W extends Workload> {
  /** Sessions that the plan gives to this device, not begun. */
  planned: Session<W>[];
  /** Trials of the sessions that it has begun. */
  begun: PlannedTrial<W>[];
  isLost: boolean;
  /** Trials that it left to others. */
  nLeft: number;
  doneCost: number;
  /** Time with trials at work, without the present stretch, which began at `busySince`. */
  busyMs: number;
  busySince: number;
  nRunning: number;
  runningCost: number;
}

const IDLE = { isLost: false, nLeft: 0, doneCost: 0, busyMs: 0, busySince: 0, nRunning: 0, runningCost: 0 };

/**
 * The trials of a plan, handed out to devices as they ask. A device works through the sessions that the plan gives it, the
 * longest first where there are several devices; then it takes over what another would not get to as soon, by the speeds of
 * both as they have shown themselves so far, since the plan takes all devices for equally fast. What a lost device leaves is
 * for whoever asks next. Which device runs a trial is written in its record; its batches are those of the plan.
 */
export class SessionPool<W extends Workload> {
  readonly #lanes: Map<string, Lane<W>>;
  readonly #now: () => number;
  /** Sessions of lost devices. */
  readonly #orphans: Session<W>[] = [];
  #isClosed = false;
  #wake: () => void = () => undefined;
  #change: Promise<void> = Promise.resolve();

  constructor(trials: readonly PlannedTrial<W>[], now: () => number) {
    this.#now = now;
    const devices = [...new Set(trials.map(({ trial }) => trial.device))];
    this.#lanes = new Map(
      devices.map((device) => {
        const sessions = sessionsOf(trials.filter(({ trial }) => trial.device === device));
        const planned = devices.length > 1 ? sessions.toSorted((a, b) => b.cost - a.cost) : sessions;
        return [device, { planned, begun: [], ...IDLE }];
      }),
    );
    this.#await();
  }

  get devices(): readonly string[] {
    return [...this.#lanes.keys()];
  }

  /** The next trial for a device; waits while there may yet be one, and gives null when there will be none. */
  async next(device: string): Promise<PlannedTrial<W> | null> {
    const lane = this.#lane(device);
    for (;;) {
      if (this.#isClosed || lane.isLost) return null;
      lane.begun.push(...(lane.begun.length > 0 ? [] : (this.#take(lane)?.trials ?? [])));
      const trial = lane.begun.shift();
      if (trial !== undefined) {
        if (lane.nRunning++ === 0) lane.busySince = this.#now();
        lane.runningCost += trial.cost;
        return trial;
      }
      if (this.#isQuiet() && this.rest().length === 0) return null;
      await this.#change;
    }
  }

  /** A trial of a device has ended. */
  ended(device: string, planned: PlannedTrial<W>): void {
    const lane = this.#lane(device);
    lane.doneCost += planned.cost;
    this.#leave(lane, [planned]);
    this.#changed();
  }

  /** A device is gone for good under a trial: it and all others that were the device's are for others. */
  lose(device: string, trials: readonly PlannedTrial<W>[] = []): void {
    const lane = this.#lane(device);
    this.#leave(lane, trials);
    const sessions = [...sessionsOf([...trials, ...lane.begun]), ...lane.planned];
    lane.isLost = true;
    [lane.begun, lane.planned] = [[], []];
    lane.nLeft += sessions.reduce((sum, session) => sum + session.trials.length, 0);
    this.#orphans.push(...sessions);
    this.#changed();
  }

  /** How many trials a lost device left to others. */
  nLeft(device: string): number {
    return this.#lane(device).nLeft;
  }

  /** Trials that no device has begun. */
  rest(): PlannedTrial<W>[] {
    const lanes = [...this.#lanes.values()];
    const sessions = [...this.#orphans, ...lanes.flatMap(({ planned }) => planned)];
    return [...lanes.flatMap(({ begun }) => begun), ...sessions.flatMap(({ trials }) => trials)];
  }

  /** Nothing more is handed out. */
  close(): void {
    this.#isClosed = true;
    this.#changed();
  }

  #isQuiet(): boolean {
    return [...this.#lanes.values()].every(({ nRunning }) => nRunning === 0);
  }

  #leave(lane: Lane<W>, trials: readonly PlannedTrial<W>[]): void {
    if (trials.length === 0) return;
    lane.nRunning -= trials.length;
    lane.runningCost -= costOf(trials);
    if (lane.nRunning === 0) lane.busyMs += this.#now() - lane.busySince;
  }

  #take(lane: Lane<W>): Session<W> | undefined {
    return this.#orphans.shift() ?? lane.planned.shift() ?? this.#takeOver(lane);
  }

  /** The longest session of another device that this one ends before the other has worked through all of its own. */
  #takeOver(lane: Lane<W>): Session<W> | undefined {
    const others = [...this.#lanes.values()].filter(({ planned }) => planned.length > 0);
    const queued = others.map((other) => ({ other, ms: remainingCost(other) / this.#speed(other) }));
    for (const { other, ms } of queued.toSorted((a, b) => b.ms - a.ms)) {
      const index = other.planned.findIndex(({ cost }) => cost / this.#speed(lane) < ms);
      if (index >= 0) return other.planned.splice(index, 1)[0];
    }
    return undefined;
  }

  /** Cost a millisecond; devices that have ended no trial yet are taken for as fast as the fastest, or all for equal. */
  #speed(lane: Lane<W>): number {
    return measuredSpeed(lane, this.#now()) ?? this.#fastest() ?? 1;
  }

  #fastest(): number | null {
    const speeds = [...this.#lanes.values()].map((lane) => measuredSpeed(lane, this.#now()) ?? 0);
    return Math.max(...speeds) || null;
  }

  #lane(device: string): Lane<W> {
    const lane = this.#lanes.get(device);
    if (lane === undefined) throw new Error(`no trial is planned on ${device}`);
    return lane;
  }

  #changed(): void {
    this.#wake();
    this.#await();
  }

  #await(): void {
    this.#change = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function measuredSpeed<W extends Workload>(lane: Lane<W>, now: number): number | null {
  const { doneCost, busyMs, busySince, nRunning } = lane;
  if (doneCost === 0) return null;
  return doneCost / Math.max(busyMs + (nRunning === 0 ? 0 : now - busySince), 1);
}

function remainingCost<W extends Workload>({ runningCost, begun, planned }: Lane<W>): number {
  return runningCost + costOf([...begun, ...planned]);
}

function costOf(parts: readonly { readonly cost: number }[]): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0);
}

/** Trials by model and precision, in their order. */
function sessionsOf<W extends Workload>(trials: readonly PlannedTrial<W>[]): Session<W>[] {
  const sessions = new Map<string, PlannedTrial<W>[]>();
  for (const planned of trials) {
    const { family, model, precision } = planned.trial;
    const key = `${family}/${model}/${precision}`;
    sessions.set(key, [...(sessions.get(key) ?? []), planned]);
  }
  return [...sessions.values()].map((group) => ({
    trials: group,
    cost: costOf(group),
  }));
}
