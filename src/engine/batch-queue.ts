import { Piscina } from 'piscina';
import { entryPoint } from '../files/entry-point.js';
import type { BatchReply, BatchTask, WorkerSlots } from './batch-task.js';
import { Deadlines, type BatchSize } from './deadline.js';
import type { Nodes } from './thread-places.js';
import { BATCHES_A_WORKER, mayGoAhead, type SizedBatch } from './hand-ahead.js';

const WATCH_EVERY_MS = 200;

/** A batch waiting for a worker. */
export interface QueuedBatch extends SizedBatch {
  /** Nothing else runs beside it. */
  readonly alone: boolean;
  /** Makes the task, just before it is sent. */
  readonly task: () => Omit<BatchTask, 'ticket'>;
  readonly onDispatch: () => void;
  readonly onReply: (reply: BatchReply) => void;
  /** It has run past its deadline; the thread cannot be stopped. */
  readonly onHang: (elapsedMs: number) => void;
}

interface QueueSettings {
  readonly workers: number;
  readonly minDeadlineMs: number;
  /** Processors by memory node, where every session's threads are to stay on some; null where the system places them. */
  readonly nodes: Nodes | null;
}

interface Running {
  readonly batch: QueuedBatch;
  startedAt: number | null;
}

/** Feeds batches, first come first served, to the worker threads of a device, and watches over those that run. */
export class BatchQueue {
  readonly #pool: Piscina<BatchTask, BatchReply>;
  readonly #slots: Int32Array;
  readonly #workers: number;
  readonly #deadlines: Deadlines;
  readonly #watch: NodeJS.Timeout;
  readonly #running = new Map<number, Running>();
  readonly #beforeRun: () => void;
  #waiting: QueuedBatch[] = [];
  #tickets = 0;

  /** `beforeRun` is called when batches were dispatched and before any worker has them. */
  constructor({ workers, minDeadlineMs, nodes }: QueueSettings, beforeRun: () => void = () => undefined) {
    this.#workers = workers;
    this.#beforeRun = beforeRun;
    this.#deadlines = new Deadlines(minDeadlineMs);
    // Twice as many slots as threads: ids of threads are consecutive, so that no two share one.
    this.#slots = new Int32Array(new SharedArrayBuffer(2 * workers * Int32Array.BYTES_PER_ELEMENT));
    const places = nodes && {
      nodes,
      taken: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    };
    this.#pool = new Piscina<BatchTask, BatchReply>({
      filename: entryPoint(import.meta.url, './batch-worker.js'),
      minThreads: workers,
      maxThreads: workers,
      workerData: { slots: this.#slots, places } satisfies WorkerSlots,
      concurrentTasksPerWorker: BATCHES_A_WORKER,
      recordTiming: false,
    });
    this.#watch = setInterval(() => this.#lookForHangs(), WATCH_EVERY_MS).unref();
  }

  add(batches: readonly QueuedBatch[]): void {
    this.#waiting.push(...batches);
    this.#dispatch();
  }

  /** Forgets waiting batches; those that run go on. */
  remove(matches: (batch: QueuedBatch) => boolean): void {
    this.#waiting = this.#waiting.filter((batch) => !matches(batch));
  }

  /** Forgets what waits and ends the threads once the running batches are back. */
  async close(): Promise<void> {
    this.#waiting = [];
    clearInterval(this.#watch);
    await this.#pool.close();
  }

  #dispatch(): void {
    const chosen: number[] = [];
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#running.size > 0 && !this.#fits(next)) break;
      this.#waiting.shift();
      const ticket = ++this.#tickets;
      this.#running.set(ticket, { batch: next, startedAt: null });
      chosen.push(ticket);
      next.onDispatch();
    }
    if (chosen.length === 0) return;
    this.#beforeRun();
    for (const ticket of chosen) this.#run(ticket);
  }

  #fits(next: QueuedBatch): boolean {
    const running = [...this.#running.values()].map(({ batch }) => batch);
    if (next.alone || running.some(({ alone }) => alone)) return false;
    const threads = running.reduce((sum, batch) => sum + batch.threads, next.threads);
    if (threads <= this.#workers) return true;
    const behind = this.#waiting.slice(1);
    const msOf = (size: BatchSize): number | null => this.#deadlines.slowestMs(size);
    return mayGoAhead(next, { workers: this.#workers, running, behind, msOf });
  }

  #run(ticket: number): void {
    const batch = this.#running.get(ticket)?.batch;
    if (batch === undefined) return;
    const settle = (reply: BatchReply): void => {
      this.#running.delete(ticket);
      if (reply.ok) this.#deadlines.observe(batch.size, reply.elapsedMs);
      batch.onReply(reply);
      this.#dispatch();
    };
    this.#pool.run({ ...batch.task(), ticket }).then(settle, (error: unknown) => {
      const { message, stack = null } = error as Error;
      settle({ ok: false, failure: { code: null, message, stack } });
    });
  }

  #lookForHangs(): void {
    const now = performance.now();
    const active = new Set(this.#slots.map((_, slot) => Atomics.load(this.#slots, slot)));
    for (const [ticket, running] of this.#running) {
      if (!active.has(ticket)) continue;
      running.startedAt ??= now;
      const elapsed = now - running.startedAt;
      if (elapsed > this.#deadlines.deadlineMs(running.batch.size)) running.batch.onHang(elapsed);
    }
  }
}
