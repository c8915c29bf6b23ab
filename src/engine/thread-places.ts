import { pinThread } from '../machine/pin-thread.js';

/** Processors by memory node. */
export type Nodes = readonly (readonly number[])[];

/**
 * The processors for a session of `threads` threads on the worker of that number: one of its own for one thread, all for as many,
 * else those of one memory node, which the threads share; workers in a row are on different nodes.
 */
export function processorsFor(worker: number, threads: number, nodes: Nodes): readonly number[] {
  const all = inTurn(nodes);
  if (threads === 1) return [all[worker % all.length] ?? 0];
  const node = nodes[worker % nodes.length] ?? [];
  return threads <= node.length ? node : all;
}

/** One processor of each node, then a second of each, and so on. */
function inTurn(nodes: Nodes): number[] {
  const most = Math.max(...nodes.map(({ length }) => length));
  return Array.from({ length: most }, (_, index) =>
    nodes.flatMap((node) => node.slice(index, index + 1)),
  ).flat();
}

/** Keeps one worker thread, and what it starts, on the processors of the session that it works with. */
export class ThreadPlace {
  readonly #worker: number;
  readonly #nodes: Nodes;
  #threads = 0;

  constructor(worker: number, nodes: Nodes) {
    this.#worker = worker;
    this.#nodes = nodes;
  }

  /** Moves the calling thread to where sessions of so many threads belong; gives their processors. */
  take(threads: number): readonly number[] {
    const processors = processorsFor(this.#worker, threads, this.#nodes);
    // Where every thread has a processor of its own, the first is this one's.
    const own = processors.length === threads ? processors.slice(0, 1) : processors;
    if (threads !== this.#threads) pinThread(own);
    this.#threads = threads;
    return processors;
  }
}
