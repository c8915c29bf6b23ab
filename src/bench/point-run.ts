import { TrialError } from '../errors.js';
import type { BenchPoint } from './bench-point.js';
import { longestSequence } from './bench-test.js';
import { addCounters, countersBetween, readMachineCounters, type MachineCounters } from './machine-watch.js';
import type { PointRecord } from './make-row.js';
import { observe, type Attempt, type Observation } from './observe.js';
import type { ProcessPool } from './process-pool.js';
import { observeServer } from './server-scenario.js';
import { isWarm, stopReason, type StopReason, type StopRule } from './stop-rule.js';

export interface PointOptions {
  readonly pool: ProcessPool;
  readonly rule: StopRule;
  readonly seed: string;
  readonly timeoutMs: number;
}

// Warm-up inputs are none of the timed ones.
const WARM_UP_INDEX = 1_000_000;

/** One point while it is being measured. */
export class PointRun {
  readonly point: BenchPoint;
  readonly #options: PointOptions;
  readonly #observations: Observation[] = [];
  readonly #order: number[] = [];
  #backend = '';
  #loadMs: number | null = null;
  #warmUps = { count: 0, stable: true };
  #meanwhile: MachineCounters | null = null;
  #repeated: Observation | null = null;
  #stop: StopReason | null = null;

  constructor(point: BenchPoint, options: PointOptions) {
    this.point = point;
    this.#options = options;
  }

  /** Why it is done, null while it is not. */
  get stop(): StopReason | null {
    return this.#stop;
  }

  /** Runs until times are steady, or for ten seconds. Throws TrialError. */
  async warmUp(): Promise<void> {
    const { test, model } = this.point;
    if (longestSequence(test) > model.geometry.maxLength) {
      throw new TrialError(
        'CONTEXT_TOO_LONG',
        `The test feeds ${longestSequence(test)} tokens, the model takes ${model.geometry.maxLength}.`,
      );
    }
    // What is measured of loading is the cold start, and a server is warmed by its own probes.
    if (test.kind === 'load' || test.kind === 'server')
      return this.#guarded(async () => void (await this.#attempt(0)));
    const times: number[] = [];
    await this.#guarded(async () => {
      while (!isWarm(times).done) {
        if (times.length >= this.#options.rule.maxRepetitions) break;
        times.push((await observe(this.point, await this.#attempt(WARM_UP_INDEX + times.length))).spentMs);
      }
    });
    this.#warmUps = { count: times.length, stable: isWarm(times).stable || isSmoke(this.#options.rule) };
  }

  /** One repetition; `place` is its number in the interleaved order. Throws TrialError. */
  async repeat(place: number): Promise<void> {
    const { test } = this.point;
    await this.#guarded(async () => {
      const attempt = await this.#attempt(this.#observations.length);
      const before = readMachineCounters();
      const observed =
        test.kind === 'server'
          ? await observeServer(this.point, test.load, attempt)
          : [await observe(this.point, attempt)];
      this.#addCounters(countersBetween(before, readMachineCounters()));
      this.#observations.push(...observed);
      this.#order.push(place);
    });
    const spent = this.#observations.map(({ timeMs }) => timeMs);
    this.#stop = test.kind === 'server' ? 'repetition cap' : stopReason(spent, this.#options.rule);
  }

  /** Runs the first repetition's inputs once more, to see that they give the same output and were not remembered. */
  async check(): Promise<void> {
    const { kind } = this.point.test;
    if (kind === 'load' || kind === 'server') return;
    await this.#guarded(async () => {
      this.#repeated = await observe(this.point, await this.#attempt(0));
    });
  }

  record(): PointRecord {
    return {
      point: this.point,
      seed: this.#options.seed,
      backend: this.#backend,
      observations: this.#observations,
      order: this.#order,
      stop: this.#stop ?? 'repetition cap',
      warmUps: this.#warmUps,
      loadMs: this.#loadMs,
      meanwhile: this.#meanwhile ?? readMachineCounters(),
      repeated: this.#repeated,
    };
  }

  async #attempt(index: number): Promise<Attempt> {
    const { pool, seed, timeoutMs } = this.#options;
    const open = await pool.take(this.point);
    this.#backend = open[0]?.backend ?? '';
    this.#loadMs ??= open[0]?.loadMs ?? null;
    return { processes: open.map(({ process }) => process), seed, index, timeoutMs };
  }

  /** A process that failed is not used again. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#options.pool.drop(this.point);
      throw error;
    }
  }

  #addCounters(counters: MachineCounters): void {
    this.#meanwhile = this.#meanwhile === null ? counters : addCounters(this.#meanwhile, counters);
  }
}

function isSmoke(rule: StopRule): boolean {
  return rule.maxRepetitions <= 2;
}
