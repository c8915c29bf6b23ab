import type { BatchReply, BatchTask } from './batch-task.js';
import { bundleLength, type BundledBatch } from './bundle.js';
import { Deadlines, type BatchSize } from './deadline.js';
import { mayGoAhead } from './hand-ahead.js';
import { ModelLanes, type LaneBatch } from './model-lanes.js';
import type { Nodes } from './thread-places.js';
import { WorkerThreads } from './worker-threads.js';

const WATCH_EVERY_MS = 200;

/** A batch waiting for a worker. */
export interface QueuedBatch extends BundledBatch, LaneBatch {
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

interface Ticket {
  readonly number: number;
  readonly batch: QueuedBatch;
  startedAt: number | null;
}

/** Batches that one worker has, to answer or to open their model. */
interface Errand {
  readonly lane: 0 | 1;
  readonly tickets: readonly Ticket[];
}

/** Feeds batches, first come first served, to the worker threads of a device, and watches over those that run. */
export class BatchQueue {
  readonly #threads: WorkerThreads;
  readonly #workers: number;
  /** A lone worker's two threads; null where there is one thread a worker. */
  readonly #lanes: ModelLanes | null;
  readonly #deadlines: Deadlines;
  readonly #watch: NodeJS.Timeout;
  readonly #running = new Set<Errand>();
  /** What is opened for batches that still wait. */
  readonly #opening = new Set<Errand>();
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
    const chosen: Errand[] = [];
    while (this.#waiting.length > 0) {
      const length = bundleLength(this.#waiting, (size) => this.#deadlines.usualMs(size));
      const next = this.#waiting.slice(0, length);
      if (this.#running.size > 0 && !this.#fits(next)) break;
      this.#waiting.splice(0, length);
      const errand = this.#errand(next, this.#lanes?.take(next[0] as QueuedBatch) ?? 0);
      this.#running.add(errand);
      chosen.push(errand);
      for (const batch of next) batch.onDispatch();
    }
    if (chosen.length > 0) this.#beforeRun();
    for (const errand of chosen) void this.#run(errand);
    this.#openAhead();
  }

  #fits(next: readonly QueuedBatch[]): boolean {
    const running = [...this.#running].map(({ tickets }) => tickets.map(({ batch }) => batch));
    const [first] = next;
    if (first === undefined || first.alone || running.flat().some(({ alone }) => alone)) return false;
    if (this.#lanes !== null && !this.#lanes.isAtWork(first)) return false;
    const threads = running.reduce((sum, [batch]) => sum + (batch?.threads ?? 0), first.threads);
    if (threads <= this.#workers) return true;
    const behind = this.#waiting.slice(next.length);
    const msOf = (size: BatchSize): number | null => this.#deadlines.slowestMs(size);
    return mayGoAhead(next, { workers: this.#workers, running, behind, msOf });
  }

  async #run(errand: Errand): Promise<void> {
    const replies = await this.#threads.answer(tasksOf(errand), errand.lane).catch((error: unknown) => {
      const { message, stack = null } = error as Error;
      const reply: BatchReply = { ok: false, failure: { code: null, message, stack } };
      return errand.tickets.map(() => reply);
    });
    this.#running.delete(errand);
    errand.tickets.forEach(({ batch }, index) => {
      const reply = replies[index] as BatchReply;
      if (reply.ok) this.#deadlines.observe(batch.size, reply.elapsedMs);
      batch.onReply(reply);
    });
    this.#dispatch();
  }

  // While a lone worker's batches of one model run, its other thread opens the next one.
  #openAhead(): void {
    if (this.#lanes === null || this.#running.size === 0) return;
    const { lane, batches } = this.#lanes.openings(this.#waiting);
    if (batches.length === 0) return;
    const errand = this.#errand(batches, lane);
    this.#opening.add(errand);
    void this.#threads.open(tasksOf(errand), lane).finally(() => this.#opening.delete(errand));
  }

  #errand(batches: readonly QueuedBatch[], lane: 0 | 1): Errand {
    return { lane, tickets: batches.map((batch) => ({ number: ++this.#tickets, batch, startedAt: null })) };
  }

  #lookForHangs(): void {
    const now = performance.now();
    const active = this.#threads.atWork();
    for (const ticket of [...this.#running, ...this.#opening].flatMap(({ tickets }) => tickets)) {
      if (!active.has(ticket.number)) continue;
      ticket.startedAt ??= now;
      const elapsed = now - ticket.startedAt;
      if (elapsed > this.#deadlines.deadlineMs(ticket.batch.size)) ticket.batch.onHang(elapsed);
    }
  }
}

function tasksOf({ tickets }: Errand): BatchTask[] {
  return tickets.map(({ number, batch }) => ({ ...batch.task(), ticket: number }));
}
