import type { TrialJob, TrialLayout, TrialTelemetry } from '../domain/engine.js';
import type { PackedResult } from './batch-results.js';
import type { RequestParcel } from './request-parcel.js';

// What the conductor and an engine process say to each other. Requests travel once a workload: a job goes without them,
// and the engine asks for those that it does not hold.

/** A job without its requests. */
export interface JobTicket extends Omit<TrialJob, 'requests' | 'finishedBatches' | 'maxPartTokens'> {
  readonly finishedBatches: readonly number[];
  readonly maxPartTokens: number;
  /** Only this batch, nothing else in flight: it is suspected of having ended an engine. Null for the whole trial. */
  readonly onlyBatch: number | null;
}

export type ToEngine =
  | { readonly type: 'run'; readonly job: JobTicket }
  | { readonly type: 'requests'; readonly workloadId: string; readonly parcel: RequestParcel }
  /** The conductor refused the trial: drop what is left of it. */
  | { readonly type: 'drop'; readonly key: string }
  | { readonly type: 'close' };

export type FromEngine =
  | { readonly type: 'alive' }
  | { readonly type: 'want-requests'; readonly key: string; readonly workloadId: string }
  | { readonly type: 'layout'; readonly key: string; readonly layout: TrialLayout }
  | { readonly type: 'dispatched'; readonly key: string; readonly index: number }
  | { readonly type: 'batch'; readonly key: string; readonly batch: PackedResult }
  /** Memory did not suffice: batches of the trial go in smaller parts from now on. */
  | { readonly type: 'bound'; readonly key: string; readonly maxPartTokens: number }
  | { readonly type: 'finished'; readonly key: string; readonly telemetry: TrialTelemetry }
  | { readonly type: 'failed'; readonly key: string; readonly failure: Failure }
  /** A batch ran past its deadline: the process is to be ended. */
  | { readonly type: 'hung'; readonly key: string; readonly index: number; readonly elapsedMs: number };

/** An error on its way between threads or processes. */
export interface Failure {
  /** Null for a defect of this program. */
  readonly code: string | null;
  readonly message: string;
  readonly stack: string | null;
}

/** What an engine process is started with. */
export interface EngineSettings {
  readonly device: string;
  readonly workers: number;
  /** Shortest time in which a batch is given up, in milliseconds. */
  readonly minDeadlineMs: number;
  /** Rewrite models into graph programs where they can be. */
  readonly programs: boolean;
  /** Nodes that a GPU leaves to the CPU are remarked upon instead of failing the trial. */
  readonly allowCpuNodes: boolean;
  /** Threads of sessions on the CPU stay on processors of their own, or of one memory node. */
  readonly affinity: boolean;
}
