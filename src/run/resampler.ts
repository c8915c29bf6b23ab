import { Worker } from 'node:worker_threads';
import { entryPoint } from '../files/entry-point.js';
import type { RawItems } from '../score/raw-column.js';
import {
  longResampling,
  uncertaintyOf,
  type Aggregated,
  type LongResampling,
  type Uncertainty,
} from '../score/standard-error.js';

export interface ResamplingTask {
  readonly id: number;
  readonly column: LongResampling;
}

export interface ResamplingReply {
  readonly id: number;
  readonly uncertainty: Uncertainty;
}

interface Waiting {
  readonly resolve: (uncertainty: Uncertainty) => void;
  readonly reject: (error: Error) => void;
}

/** Finds uncertainties out; those that take long on a thread of their own, so that engines are fed and the journal is written meanwhile. */
export class Resampler {
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | null = null;
  #tasks = 0;

  /** The same numbers as uncertaintyOf. */
  async uncertaintyOf(items: RawItems, given: Aggregated): Promise<Uncertainty> {
    const column = longResampling(items, given);
    if (column === null) return uncertaintyOf(items, given);
    const id = ++this.#tasks;
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#started().postMessage({ id, column } satisfies ResamplingTask, []);
    });
  }

  /** Ends the thread; what it has not found yet is rejected. */
  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #started(): Worker {
    if (this.#thread !== null) return this.#thread;
    const thread = new Worker(entryPoint(import.meta.url, './resampling-thread.js'));
    thread.on('message', ({ id, uncertainty }: ResamplingReply) => {
      this.#waiting.get(id)?.resolve(uncertainty);
      this.#waiting.delete(id);
    });
    const end = (error: Error): void => {
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
      this.#thread = null;
    };
    thread.on('error', end);
    thread.on('exit', () => end(new Error('the thread that resamples scores ended')));
    this.#thread = thread;
    return thread;
  }
}
