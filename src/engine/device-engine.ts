import type { Engine, TrialHandlers, TrialJob, TrialTelemetry } from '../domain/engine.js';
import { TrialError } from '../errors.js';
import { unpackResult } from './batch-results.js';
import { EngineChild, type ChildDeath } from './engine-child.js';
import { fromFailure } from './failure.js';
import type { EngineSettings, FromEngine } from './protocol.js';
import { packRequests } from './request-parcel.js';

export interface DeviceEngineOptions extends EngineSettings {
  readonly capacity: number;
  /** An engine that says nothing for this long is ended. */
  readonly silenceMs: number;
}

interface TrialInFlight {
  readonly job: TrialJob;
  readonly handlers: TrialHandlers;
  readonly resolve: (telemetry: TrialTelemetry) => void;
  readonly reject: (error: Error) => void;
  readonly finished: Set<number>;
  /** Batches that the engine process holds now. */
  readonly dispatched: Set<number>;
  digest: string | null;
  maxPartTokens: number;
  /** Deaths of the process while nothing of any trial was at work. */
  strikes: number;
}

interface Suspect {
  readonly key: string;
  readonly index: number;
}

const MAX_STRIKES = 2;

/**
 * One device at work, seen from the conductor. The process behind it may die: it is started again, each batch that was in
 * it is tried once more alone, and a batch that ends its process twice fails its trial.
 */
export class DeviceEngine implements Engine {
  readonly device: string;
  readonly capacity: number;
  readonly #options: DeviceEngineOptions;
  readonly #trials = new Map<string, TrialInFlight>();
  #child: EngineChild;
  #suspects: Suspect[] = [];
  #alone: Suspect | null = null;
  #ended: Promise<void> | null = null;

  constructor(options: DeviceEngineOptions) {
    this.device = options.device;
    this.capacity = options.capacity;
    this.#options = options;
    this.#child = this.#start();
  }

  /** Id of the engine process. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  async runTrial(job: TrialJob, handlers: TrialHandlers): Promise<TrialTelemetry> {
    if (this.#ended !== null) throw ended();
    return await new Promise((resolve, reject) => {
      const finished = new Set(job.finishedBatches);
      const trial = {
        job,
        handlers,
        resolve,
        reject,
        finished,
        dispatched: new Set<number>(),
        digest: null,
        maxPartTokens: job.maxPartTokens ?? job.maxBatchTokens,
        strikes: 0,
      };
      this.#trials.set(job.key, trial);
      if (this.#alone === null) this.#ask(trial, null);
    });
  }

  async close(): Promise<void> {
    this.#ended ??= this.#child.close();
    await this.#ended;
    this.#abandon();
  }

  kill(): void {
    this.#ended ??= Promise.resolve();
    this.#child.kill();
    this.#abandon();
  }

  #abandon(): void {
    for (const trial of this.#trials.values()) trial.reject(ended());
    this.#trials.clear();
  }

  #start(): EngineChild {
    return new EngineChild(this.#options, {
      onMessage: (message) => this.#take(message),
      onDeath: (death) => this.#recover(death),
    });
  }

  #ask({ job, finished, maxPartTokens }: TrialInFlight, onlyBatch: number | null): void {
    const { requests: _stay, ...ticket } = job;
    const finishedBatches = [...finished];
    this.#child.send({ type: 'run', job: { ...ticket, maxPartTokens, finishedBatches, onlyBatch } });
  }

  #take(message: FromEngine): void {
    if (message.type === 'alive') return;
    const trial = this.#trials.get(message.key);
    if (trial === undefined) return;
    switch (message.type) {
      case 'want-requests':
        this.#child.send({
          type: 'requests',
          workloadId: message.workloadId,
          parcel: packRequests(trial.job.requests),
        });
        return;
      case 'layout':
        this.#guarded(trial, () => this.#takeLayout(trial, message.layout));
        return;
      case 'dispatched':
        trial.dispatched.add(message.index);
        return;
      case 'batch':
        trial.dispatched.delete(message.batch.index);
        trial.finished.add(message.batch.index);
        trial.strikes = 0;
        this.#guarded(trial, () => trial.handlers.onBatch(unpackResult(message.batch)));
        return;
      case 'bound':
        trial.maxPartTokens = message.maxPartTokens;
        this.#guarded(trial, () => trial.handlers.onBound?.(message.maxPartTokens));
        return;
      case 'finished':
        this.#takeFinished(trial, message.telemetry);
        return;
      case 'failed':
        this.#fail(trial, fromFailure(message.failure));
        return;
      case 'hung':
        this.#child.kill(`did not finish a batch within ${Math.round(message.elapsedMs / 1000)} s`);
    }
  }

  #takeLayout(trial: TrialInFlight, layout: { nBatches: number; digest: string }): void {
    if (trial.digest === null) trial.handlers.onLayout(layout);
    else if (trial.digest !== layout.digest)
      throw new Error('a restarted engine cut the trial into other batches');
    trial.digest = layout.digest;
  }

  // What a handler throws (a full disk, a refused layout) is the trial's end.
  #guarded(trial: TrialInFlight, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#child.send({ type: 'drop', key: trial.job.key });
      this.#fail(trial, error as Error);
    }
  }

  #takeFinished(trial: TrialInFlight, telemetry: TrialTelemetry): void {
    if (this.#alone !== null) {
      this.#nextSuspect();
      return;
    }
    this.#trials.delete(trial.job.key);
    trial.resolve(telemetry);
  }

  #fail(trial: TrialInFlight, error: Error): void {
    this.#trials.delete(trial.job.key);
    this.#suspects = this.#suspects.filter(({ key }) => key !== trial.job.key);
    trial.reject(error);
    if (this.#alone?.key === trial.job.key) this.#nextSuspect();
  }

  #recover(death: ChildDeath): void {
    if (this.#ended !== null) {
      this.#abandon();
      return;
    }
    this.#child = this.#start();
    const convicted = this.#alone === null ? undefined : this.#trials.get(this.#alone.key);
    this.#alone = null;
    for (const [key, trial] of this.#trials) {
      if (trial !== convicted) for (const index of trial.dispatched) this.#suspects.push({ key, index });
      trial.dispatched.clear();
    }
    if (convicted !== undefined) this.#fail(convicted, died(convicted, death));
    else if (this.#suspects.length === 0) this.#strike(death);
    this.#nextSuspect();
  }

  // It died while it prepared trials, or idle: once may be chance, more is the trials' doing or the device's.
  #strike(death: ChildDeath): void {
    for (const trial of this.#trials.values()) {
      if (++trial.strikes >= MAX_STRIKES) this.#fail(trial, lost(this.device, death));
    }
  }

  #nextSuspect(): void {
    const suspect = this.#suspects.shift();
    const trial = suspect === undefined ? undefined : this.#trials.get(suspect.key);
    if (suspect !== undefined && trial !== undefined) {
      this.#alone = suspect;
      this.#ask(trial, suspect.index);
      return;
    }
    if (suspect !== undefined) {
      this.#nextSuspect();
      return;
    }
    this.#alone = null;
    for (const waiting of this.#trials.values()) this.#ask(waiting, null);
  }
}

function ended(): TrialError {
  return new TrialError(
    'ENGINE_ENDED',
    'Expected the engine to finish the trial, but it was closed before; resume the run.',
  );
}

function died({ job }: TrialInFlight, { reason }: ChildDeath): TrialError {
  return new TrialError(
    'ENGINE_DIED',
    `Expected the engine to answer a batch of ${job.modelFile}, but its process ${reason}, twice, the second time with nothing else in it; try a smaller --max-batch-tokens or another device.`,
  );
}

function lost(device: string, { reason }: ChildDeath): TrialError {
  return new TrialError(
    'DEVICE_LOST',
    `Expected an engine on ${device}, but its process ${reason} before it took up work, ${MAX_STRIKES} times.`,
  );
}
