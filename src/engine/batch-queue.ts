import type { BatchReply, BatchTask } from './batch-task.js';
import { Deadlines, type BatchSize } from './deadline.js';
import { mayGoAhead, type SizedBatch } from './hand-ahead.js';
import { ModelLanes, type LaneBatch } from './model-lanes.js';
import type { Nodes } from './thread-places.js';
import { WorkerThreads } from './worker-threads.js';

const WATCH_EVERY_MS = 200;

/** A batch waiting for a worker. */
export interface QueuedBatch extends SizedBatch, LaneBatch {
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
  readonly lane: 0 | 1;
  startedAt: number | null;
}

/** Feeds batches, first come first served, to the worker threads of a device, and watches over those that run. */
export class BatchQueue {
  readonly #threads: WorkerThreads;
  readonly #workers: number;
  /** A lone worker's two threads; null where there is one thread a worker. */
  readonly #lanes: ModelLanes | null;
  readonly #deadlines: Deadlines;
  readonly #watch: NodeJS.Timeout;
  readonly #running = new Map<number, Running>();
  /** What is opened for batches that still wait. */
  readonly #opening = new Map<number, Running>();
  readonly #beforeRun: () => void;
  #waiting: QueuedBatch[] = [];
  #tickets = 0;

  /** `beforeRun` is called when batches were dispatched and before any worker has them. */
  constructor({ workers, minDeadlineMs, nodes }: QueueSettings, beforeRun: () => void = () => undefined) {
    this.#workers = workers;
    this.#beforeRun = beforeRun;
    this.#deadlines = new Deadlines(minDeadlineMs);
    this.#lanes = workers === 1 ? new ModelLanes() : null;
    this.#threads = new WorkerThreads(workers, nodes);
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
    await this.#threads.close();
  }

  #dispatch(): void {
    const chosen: number[] = [];
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#running.size > 0 && !this.#fits(next)) break;
      this.#waiting.shift();
      const ticket = ++this.#tickets;
      this.#running.set(ticket, { batch: next, lane: this.#lanes?.take(next) ?? 0, startedAt: null });
      chosen.push(ticket);
      next.onDispatch();
    }
    if (chosen.length > 0) this.#beforeRun();
    for (const ticket of chosen) this.#run(ticket);
    this.#openAhead();
  }

  #fits(next: QueuedBatch): boolean {
    const running = [...this.#running.values()].map(({ batch }) => batch);
    if (next.alone || running.some(({ alone }) => alone)) return false;
    if (this.#lanes !== null && !this.#lanes.isAtWork(next)) return false;
    const threads = running.reduce((sum, batch) => sum + batch.threads, next.threads);
    if (threads <= this.#workers) return true;
    const behind = this.#waiting.slice(1);
    const msOf = (size: BatchSize): number | null => this.#deadlines.slowestMs(size);
    return mayGoAhead(next, { workers: this.#workers, running, behind, msOf });
  }

  #run(ticket: number): void {
    const running = this.#running.get(ticket);
    if (running === undefined) return;
    const { batch, lane } = running;
    const settle = (reply: BatchReply): void => {
      this.#running.delete(ticket);
      if (reply.ok) this.#deadlines.observe(batch.size, reply.elapsedMs);
      batch.onReply(reply);
      this.#dispatch();
    };
    this.#threads.answer({ ...batch.task(), ticket }, lane).then(settle, (error: unknown) => {
      const { message, stack = null } = error as Error;
      settle({ ok: false, failure: { code: null, message, stack } });
    });
  }

  // While a lone worker's batches of one model run, its other thread opens the next one.
  #openAhead(): void {
    if (this.#lanes === null || this.#running.size === 0) return;
    const { lane, batches } = this.#lanes.openings(this.#waiting);
    for (const batch of batches) {
      const ticket = ++this.#tickets;
      this.#opening.set(ticket, { batch, lane, startedAt: null });
      void this.#threads.open({ ...batch.task(), ticket }, lane).finally(() => this.#opening.delete(ticket));
    }
  }

  #lookForHangs(): void {
    const now = performance.now();
    const active = this.#threads.atWork();
    for (const [ticket, running] of [...this.#running, ...this.#opening]) {
      if (!active.has(ticket)) continue;
      running.startedAt ??= now;
      const elapsed = now - running.startedAt;
      if (elapsed > this.#deadlines.deadlineMs(running.batch.size)) running.batch.onHang(elapsed);
    }
  }
}
