import type { BatchAnswer, BatchWork } from '../session/batch-work.js';
import type { Failure } from './protocol.js';
import type { Nodes } from './thread-places.js';

/** What a worker thread is asked. */
export interface BatchTask {
  /** Number of this task in its engine, from 1; the worker shows it in its slot while it works. */
  readonly ticket: number;
  readonly modelFile: string;
  readonly tokenizerFile: string;
  readonly device: string;
  readonly threads: number;
  /** Rewrite the model into graph programs where it can be. */
  readonly programs: boolean;
  /** Nodes that a GPU leaves to the CPU are remarked upon instead of refused. */
  readonly allowCpuNodes: boolean;
  /** The model's files. */
  readonly modelBytes: number;
  readonly endTokens: readonly number[];
  readonly endText: string | null;
  readonly work: BatchWork;
}

/** What it answers. A failure is an answer too: a thread that throws loses the error's class. */
export type BatchReply =
  | {
      readonly ok: true;
      readonly answer: BatchAnswer;
      readonly elapsedMs: number;
      /** Of the elapsed time, what passed inside the runtime and in the tokenizer. */
      readonly runtimeMs: number;
      readonly tokenizerMs: number;
      /** Time to open the session and warm it up, before the batch or in it; 0 when a batch before told it. */
      readonly loadMs: number;
      readonly notes: readonly string[];
      /** What the parts of the batch were bound to, in rows x padded tokens: less than asked where memory did not suffice. */
      readonly maxPartTokens: number;
    }
  | { readonly ok: false; readonly failure: Failure };

/** Data of every worker thread: a slot for each, holding the ticket that it works on. */
export interface WorkerSlots {
  readonly slots: Int32Array;
  /** Processors by memory node, where threads are to stay on some of them, and how many workers have taken their place. */
  readonly places: { readonly nodes: Nodes; readonly taken: Int32Array } | null;
}
