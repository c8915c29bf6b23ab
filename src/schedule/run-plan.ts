import type { Engine } from '../domain/engine.js';
import type { TrialCompletion } from '../domain/record.js';
import type { Workload } from '../domain/task.js';
import type { TrialKey } from '../domain/trial.js';
import { TrialError } from '../errors.js';
import type { TrialProgress } from '../journal/recover.js';
import type { PlannedTrial } from '../plan/plan.js';
import { runTrial, trialState, type TrialPorts, type TrialState } from './run-trial.js';
import { Turnstile } from './turnstile.js';

/** How one planned trial ended. */
export type TrialOutcome =
  | { readonly state: 'completed'; readonly completion: TrialCompletion; readonly progress: TrialProgress }
  | { readonly state: 'failed'; readonly code: string; readonly reason: string };

export interface PlanPorts<W extends Workload> extends TrialPorts<W> {
  readonly openEngine: (device: string) => Promise<Engine>;
  readonly onOutcome: (planned: PlannedTrial<W>, outcome: TrialOutcome) => void;
  /** A device is lost for good and `nTrials` of its trials go elsewhere, or fail if there is nowhere. */
  readonly onDeviceLost: (device: string, error: Error, nTrials: number) => void;
}

/** Chunks of large workloads that one engine holds: one at work, and one laid out to follow it. */
const CHUNKS_HELD = 2;

/**
 * Runs all trials, each device through its own queue. A device that is lost hands its trials to
 * the others; without others they fail with its reason. Resolves when every trial has ended, or early when `signal`
 * aborts. Rejects on anything that is not a trial's own failure: a SweepError (a device
 * that this machine cannot have), a JournalError, or a defect.
 */
export async function runPlan<W extends Workload>(
  trials: readonly PlannedTrial<W>[],
  { progressOf, signal }: { progressOf: (trial: TrialKey) => TrialProgress; signal: AbortSignal },
  ports: PlanPorts<W>,
): Promise<void> {
  const queues = new Map<string, PlannedTrial<W>[]>();
  for (const planned of trials) {
    const queue = queues.get(planned.trial.device) ?? [];
    queue.push(planned);
    queues.set(planned.trial.device, queue);
  }
  const states = new Map<TrialKey, TrialState<W>>();
  const stateOf = (planned: PlannedTrial<W>): TrialState<W> => {
    const { key } = planned.trial;
    const state = states.get(key) ?? trialState(planned, progressOf(key), ports);
    states.set(key, state);
    return state;
  };
  const forget = ({ trial }: PlannedTrial<W>): unknown => states.delete(trial.key);
  const halt = new AbortController();
  const stop = AbortSignal.any([signal, halt.signal]);
  const lost: { device: string; error: Error; queue: PlannedTrial<W>[] }[] = [];
  const runDevice = (device: string, queue: PlannedTrial<W>[]): Promise<void> =>
    drainOnDevice({ device, queue, stateOf, forget, stop }, ports).catch((error: unknown) => {
      if (error instanceof DeviceLost) {
        ports.onDeviceLost(device, error.reason, queue.length);
        lost.push({ device, error: error.reason, queue });
        return;
      }
      halt.abort();
      throw error;
    });
  await settleAll([...queues].map(([device, queue]) => runDevice(device, queue)));
  for (let dead = lost.shift(); dead !== undefined && !stop.aborted; dead = lost.shift()) {
    const heir = [...queues.keys()].find(
      (device) => device !== dead?.device && !lost.some((l) => l.device === device),
    );
    queues.delete(dead.device);
    if (heir === undefined) await failAll(dead.queue, dead.error, ports);
    else await settleAll([runDevice(heir, dead.queue)]);
  }
}

/** An engine could not be opened or is gone for good: its queue must go elsewhere. */
class DeviceLost extends Error {
  readonly reason: Error;

  constructor(reason: Error) {
    super(reason.message);
    this.reason = reason;
  }
}

interface DeviceQueue<W extends Workload> {
  readonly device: string;
  readonly queue: PlannedTrial<W>[];
  readonly stateOf: (planned: PlannedTrial<W>) => TrialState<W>;
  /** The trial has ended. */
  readonly forget: (planned: PlannedTrial<W>) => void;
  readonly stop: AbortSignal;
}

/** Keeps `capacity` trials in flight on one engine until its queue is empty. */
async function drainOnDevice<W extends Workload>(work: DeviceQueue<W>, ports: PlanPorts<W>): Promise<void> {
  if (work.queue.length === 0 || work.stop.aborted) return;
  const engine = await ports.openEngine(work.device).catch((error: unknown) => {
    throw error instanceof TrialError ? new DeviceLost(error) : error;
  });
  const killed = (): void => engine.kill();
  work.stop.addEventListener('abort', killed, { once: true });
  try {
    const turnstile = new Turnstile(CHUNKS_HELD);
    const lanes = Array.from({ length: Math.max(1, engine.capacity) }, () =>
      runLane(work, { engine, turnstile }, ports),
    );
    await settleAll(lanes);
  } finally {
    work.stop.removeEventListener('abort', killed);
    if (!work.stop.aborted) await engine.close();
  }
}

async function runLane<W extends Workload>(
  work: DeviceQueue<W>,
  on: { readonly engine: Engine; readonly turnstile: Turnstile },
  ports: PlanPorts<W>,
): Promise<void> {
  for (let planned = work.queue.shift(); planned !== undefined; planned = work.queue.shift()) {
    if (work.stop.aborted) return;
    const state = work.stateOf(planned);
    try {
      const completion = await runTrial(planned, { ...on, state }, ports);
      work.forget(planned);
      ports.onOutcome(planned, { state: 'completed', completion, progress: state.progress });
    } catch (error) {
      if (work.stop.aborted) return; // the engine was ended under it: the trial stays open for a resume
      if (isDeviceLoss(error)) {
        work.queue.unshift(planned);
        throw new DeviceLost(error);
      }
      if (!(error instanceof TrialError)) throw error;
      work.forget(planned);
      await fail(planned, error, ports);
    }
  }
}

async function failAll<W extends Workload>(
  queue: readonly PlannedTrial<W>[],
  error: Error,
  ports: PlanPorts<W>,
): Promise<void> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'DEVICE_LOST';
  for (const planned of queue) await fail(planned, new TrialError(code, error.message), ports);
}

async function fail<W extends Workload>(
  planned: PlannedTrial<W>,
  { code, message: reason }: TrialError,
  ports: PlanPorts<W>,
): Promise<void> {
  await ports.append({ type: 'failed', trial: planned.trial.key, code, reason });
  ports.onOutcome(planned, { state: 'failed', code, reason });
}

function isDeviceLoss(error: unknown): error is TrialError {
  return error instanceof TrialError && error.code === 'DEVICE_LOST';
}

/** Waits for all, then rejects with the first failure that is not a lost device, or the first lost device. */
async function settleAll(promises: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(promises);
  const failures = settled.flatMap((entry) => (entry.status === 'rejected' ? [entry.reason as unknown] : []));
  const worst = failures.find((failure) => !(failure instanceof DeviceLost)) ?? failures[0];
  if (worst !== undefined) throw worst;
}
