import { BenchProcess } from './bench-process.js';
import { processKey, type BenchPoint } from './bench-point.js';
import { openModel } from './observe.js';

interface OpenProcess {
  readonly process: BenchProcess;
  readonly backend: string;
  readonly loadMs: number;
}

/** The processes of a group of points: opened when first needed, and again after one has died. */
export class ProcessPool {
  readonly #timeoutMs: number;
  readonly #open = new Map<string, OpenProcess[]>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Ids of all open processes. */
  get pids(): number[] {
    return [...this.#open.values()].flat().flatMap(({ process }) => process.pid ?? []);
  }

  /** Processes for a point, as many as its concurrency. Throws TrialError when a model cannot be opened. */
  async take(point: BenchPoint): Promise<readonly OpenProcess[]> {
    const key = processKey(point);
    const open = this.#open.get(key) ?? [];
    this.#open.set(key, open);
    while (open.length < point.concurrency) {
      const process = BenchProcess.start();
      try {
        const { provider, elapsedMs } = await openModel(process, point, this.#timeoutMs);
        open.push({ process, backend: provider, loadMs: elapsedMs });
      } catch (error) {
        await process.close();
        throw error;
      }
    }
    return open;
  }

  /** Ends the processes of a point, after one of them failed. */
  async drop(point: BenchPoint): Promise<void> {
    const key = processKey(point);
    const open = this.#open.get(key) ?? [];
    this.#open.delete(key);
    await Promise.all(open.map(({ process }) => process.close()));
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()].flat();
    this.#open.clear();
    await Promise.all(all.map(({ process }) => process.close()));
  }
}
