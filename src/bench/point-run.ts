import { TrialError } from '../errors.js';
import type { BenchPoint } from './bench-point.js';
import { longestSequence, type BenchTest } from './bench-test.js';
import { gpuFiguresOf } from './gpu-watch.js';
import { IdleWait } from './idle-wait.js';
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
  /** Degrees Celsius that a GPU cools down to before each repetition; null: it does not wait. */
  readonly coolTo: number | null;
  /** How long a repetition may wait for other processes to leave the processors alone; 0: it does not wait. */
  readonly idlePatienceMs: number;
}

// Warm-up inputs are none of the timed ones.
const WARM_UP_INDEX = 1_000_000;

// What ran before a short repetition shows in it, through caches and clocks: one run of its own goes before each.
const REWARM_BELOW_MS = 250;

// So many pairs of a repeated and a fresh input are compared at the end, or fewer where that takes long.
const CHECKS = 3;
const CHECK_MS = 1000;

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
  #lastMs = Number.POSITIVE_INFINITY;
  readonly #repeated: Observation[] = [];
  readonly #fresh: Observation[] = [];
  #stop: StopReason | null = null;
  #pssBytes: number | null = null;
  readonly #idle: IdleWait;
  #pids: readonly number[] = [];
  #notes: readonly string[] = [];

  constructor(point: BenchPoint, options: PointOptions) {
    this.point = point;
    this.#options = options;
    this.#idle = new IdleWait(options.idlePatienceMs, () => readMachineCounters(options.pool.pids));
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
    if (isColdStart(test)) return this.#guarded(async () => void (await this.#attempt(0)));
    const times: number[] = [];
    await this.#guarded(async () => {
      while (!isWarm(times).done) {
        if (times.length >= this.#options.rule.maxRepetitions) break;
        times.push((await observe(this.point, await this.#attempt(WARM_UP_INDEX + times.length))).spentMs);
      }
    });
    this.#lastMs = times.at(-1) ?? this.#lastMs;
    this.#warmUps = { count: times.length, stable: isWarm(times).stable || isSmoke(this.#options.rule) };
  }

  /** One repetition; `place` is its number in the interleaved order. Throws TrialError. */
  async repeat(place: number): Promise<void> {
    const { test } = this.point;
    await this.#guarded(async () => {
      await this.#idle.settle();
      await this.#rewarm();
      const attempt = await this.#attempt(this.#observations.length);
      const before = readMachineCounters(this.#options.pool.pids);
      const observed =
        test.kind === 'server'
          ? await observeServer(this.point, test.load, attempt)
          : [await observe(this.point, attempt)];
      this.#addCounters(countersBetween(before, readMachineCounters(this.#options.pool.pids)));
      this.#observations.push(...observed);
      this.#lastMs = observed.at(-1)?.spentMs ?? 0;
      this.#order.push(place);
    });
    const spent = this.#observations.map(({ timeMs }) => timeMs);
    this.#stop = test.kind === 'server' ? 'repetition cap' : stopReason(spent, this.#options.rule);
  }

  /** Runs the first repetition's inputs once more, in turn with new ones, to see that they give the same output and were not remembered. */
  async check(): Promise<void> {
    this.#pids = this.#options.pool.pids;
    if (this.point.test.kind !== 'load') await this.#guarded(() => this.#weigh());
    if (isColdStart(this.point.test)) return;
    const pairs = this.#lastMs * CHECKS > CHECK_MS ? 1 : CHECKS;
    await this.#guarded(async () => {
      for (let pair = 0; pair < pairs; pair++) {
        const unseen = this.#observations.length + pair;
        this.#fresh.push(await observe(this.point, await this.#attempt(unseen)));
        this.#repeated.push(await observe(this.point, await this.#attempt(0)));
      }
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
      fresh: this.#fresh,
      pssBytes: this.#pssBytes,
      notes: this.#notes,
      waitedMs: this.#idle.waitedMs,
      gpu: gpuFiguresOf(
        this.#observations.flatMap(({ gpu }) => gpu ?? []),
        this.#pids,
      ),
    };
  }

  async #weigh(): Promise<void> {
    const { processes, timeoutMs } = await this.#attempt(0);
    const used = processes.slice(0, this.point.concurrency);
    const seen = await Promise.all(used.map((process) => process.ask({ kind: 'state' }, timeoutMs)));
    this.#pssBytes = seen.reduce<number | null>(
      (sum, { pssBytes }) => (pssBytes === null ? sum : (sum ?? 0) + pssBytes),
      null,
    );
    this.#notes = seen[0]?.notes ?? [];
  }

  async #rewarm(): Promise<void> {
    if (this.#lastMs >= REWARM_BELOW_MS || isColdStart(this.point.test) || isSmoke(this.#options.rule))
      return;
    await observe(this.point, await this.#attempt(WARM_UP_INDEX + this.#observations.length));
  }

  async #attempt(index: number): Promise<Attempt> {
    const { pool, seed, timeoutMs, coolTo } = this.#options;
    const open = await pool.take(this.point);
    this.#backend = open[0]?.backend ?? '';
    this.#loadMs ??= open[0]?.loadMs ?? null;
    return { processes: open.map(({ process }) => process), seed, index, timeoutMs, coolTo };
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

/** Nothing is to be warm, or the test warms itself. */
function isColdStart({ kind }: BenchTest): boolean {
  return kind === 'load' || kind === 'server';
}

function isSmoke(rule: StopRule): boolean {
  return rule.maxRepetitions <= 2;
}
