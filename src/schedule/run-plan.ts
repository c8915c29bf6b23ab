import type { Engine } from '../domain/engine.js';
import type { TrialCompletion } from '../domain/record.js';
import type { Workload } from '../domain/task.js';
import type { TrialKey } from '../domain/trial.js';
import { TrialError } from '../errors.js';
import type { TrialProgress } from '../journal/recover.js';
import type { PlannedTrial } from '../plan/plan.js';
import { runTrial, trialState, type TrialPorts, type TrialState } from './run-trial.js';
import { SessionPool } from './session-pool.js';
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
  /** Milliseconds from any beginning, by which the speed of devices is told. @default the machine's clock */
  readonly now?: () => number;
}

/** Chunks of large workloads that one engine holds: one at work, and one laid out to follow it. */
const CHUNKS_HELD = 2;

/**
 * Runs all trials, on several devices at the same time, as `SessionPool` hands them out. What a lost device leaves goes to the
 * others at once; without others it fails with the device's reason. Resolves when every trial has ended, or early when
 * `signal` aborts. Rejects on anything that is not a trial's own failure: a SweepError (a device that this machine cannot
 * have), a JournalError, or a defect.
 */
export async function runPlan<W extends Workload>(
  trials: readonly PlannedTrial<W>[],
  { progressOf, signal }: { progressOf: (trial: TrialKey) => TrialProgress; signal: AbortSignal },
  ports: PlanPorts<W>,
): Promise<void> {
  const pool = new SessionPool(trials, ports.now ?? (() => performance.now()));
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
  stop.addEventListener('abort', () => pool.close(), { once: true });
  let reason: Error | null = null;
  const runDevice = async (device: string): Promise<void> => {
    try {
      await workOnDevice({ device, pool, stateOf, forget, stop, halt: () => halt.abort() }, ports);
    } catch (error) {
      if (!(error instanceof DeviceLost)) {
        halt.abort();
        throw error;
      }
      reason = error.reason;
      pool.lose(device);
      ports.onDeviceLost(device, error.reason, pool.nLeft(device));
    }
  };
  if (stop.aborted) return;
  await settleAll(pool.devices.map(runDevice));
  if (reason !== null && !stop.aborted) await failAll(pool.rest(), reason, ports);
}

/** An engine could not be opened or is gone for good: its queue must go elsewhere. */
class DeviceLost extends Error {
  readonly reason: Error;

  constructor(reason: Error) {
    super(reason.message);
    this.reason = reason;
  }
}

interface DeviceWork<W extends Workload> {
  readonly device: string;
  readonly pool: SessionPool<W>;
  readonly stateOf: (planned: PlannedTrial<W>) => TrialState<W>;
  /** The trial has ended. */
  readonly forget: (planned: PlannedTrial<W>) => void;
  readonly stop: AbortSignal;
  /** Ends the whole plan. */
  readonly halt: () => void;
}

/** Keeps `capacity` trials in flight on one engine, which is opened for the first of them, until there is none any more. */
async function workOnDevice<W extends Workload>(work: DeviceWork<W>, ports: PlanPorts<W>): Promise<void> {
  const first = await work.pool.next(work.device);
  if (first === null) return;
  const engine = await ports.openEngine(work.device).catch((error: unknown) => {
    if (!(error instanceof TrialError)) throw error;
    work.pool.lose(work.device, [first]);
    throw new DeviceLost(error);
  });
  const killed = (): void => engine.kill();
  work.stop.addEventListener('abort', killed, { once: true });
  try {
    const turnstile = new Turnstile(CHUNKS_HELD);
    const lanes = Array.from({ length: Math.max(1, engine.capacity) }, (_, lane) =>
      runLane(work, { engine, turnstile, first: lane === 0 ? first : null }, ports).catch(
        (error: unknown) => {
          // Other lanes may be waiting for what this one will not end.
          if (!(error instanceof DeviceLost)) work.halt();
          throw error;
        },
      ),
    );
    await settleAll(lanes);
  } finally {
    work.stop.removeEventListener('abort', killed);
    if (!work.stop.aborted) await engine.close();
  }
}

async function runLane<W extends Workload>(
  work: DeviceWork<W>,
  {
    first,
    ...on
  }: { readonly engine: Engine; readonly turnstile: Turnstile; readonly first: PlannedTrial<W> | null },
  ports: PlanPorts<W>,
): Promise<void> {
  const { pool, device, stop } = work;
  for (
    let planned = first ?? (await pool.next(device));
    planned !== null;
    planned = await pool.next(device)
  ) {
    if (stop.aborted) return;
    const state = work.stateOf(planned);
    try {
      const completion = await runTrial(planned, { ...on, state }, ports);
      work.forget(planned);
      ports.onOutcome(planned, { state: 'completed', completion, progress: state.progress });
    } catch (error) {
      if (stop.aborted) return; // the engine was ended under it: the trial stays open for a resume
      if (isDeviceLoss(error)) {
        pool.lose(device, [planned]);
        throw new DeviceLost(error);
      }
      if (!(error instanceof TrialError)) throw error;
      work.forget(planned);
      await fail(planned, error, ports);
    }
    pool.ended(device, planned);
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
