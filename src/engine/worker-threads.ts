import { Piscina } from 'piscina';
import { entryPoint } from '../files/entry-point.js';
import type { BatchReply, BatchTask, WorkerSlots } from './batch-task.js';
import { BUNDLES_A_WORKER } from './hand-ahead.js';
import type { Nodes } from './thread-places.js';

type Pool = Piscina<readonly BatchTask[], readonly BatchReply[]>;

/** The worker threads of a device. A lone worker may have a second thread, started when it is first asked to open a model. */
export class WorkerThreads {
  readonly #data: WorkerSlots;
  readonly #pools: [Pool, Pool | null];

  /** `nodes` where threads are to stay on processors of their own, else null. */
  constructor(workers: number, nodes: Nodes | null) {
    // Twice as many slots as threads: ids of threads are consecutive, so that no two share one.
    const nSlots = 2 * (workers + 1);
    const slots = new Int32Array(new SharedArrayBuffer(nSlots * Int32Array.BYTES_PER_ELEMENT));
    const taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.#data = { slots, places: nodes && { nodes, taken } };
    this.#pools = [this.#start(workers), null];
  }

  /** Answers batches on one thread, in the first or the second lane; a reply each. */
  async answer(tasks: readonly BatchTask[], lane: 0 | 1): Promise<readonly BatchReply[]> {
    return await this.#pool(lane).run(tasks);
  }

  /** Opens what answers batches like these of one model, and closes the lane's other models; what fails will fail with the batch. */
  async open(tasks: readonly BatchTask[], lane: 0 | 1): Promise<void> {
    await this.#pool(lane)
      .run(tasks, { name: 'openInTurn' })
      .catch(() => undefined);
  }

  /** The tickets of what threads are at work on. */
  atWork(): ReadonlySet<number> {
    const { slots } = this.#data;
    return new Set(slots.map((_, slot) => Atomics.load(slots, slot)));
  }

  /** Ends the threads once their batches are back. */
  async close(): Promise<void> {
    await Promise.all(this.#pools.map(async (pool) => await pool?.close()));
  }

  #pool(lane: 0 | 1): Pool {
    return (this.#pools[lane] ??= this.#start(1));
  }

  #start(threads: number): Pool {
    return new Piscina<readonly BatchTask[], readonly BatchReply[]>({
      filename: entryPoint(import.meta.url, './batch-worker.js'),
      minThreads: threads,
      maxThreads: threads,
      workerData: this.#data,
      concurrentTasksPerWorker: BUNDLES_A_WORKER,
      recordTiming: false,
    });
  }
}
