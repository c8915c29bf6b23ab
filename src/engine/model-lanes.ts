import type { BatchSize } from './deadline.js';

// What lies open beside the model at work is weights, and an arena once it runs: of a larger model more than time is worth.
const MOST_BYTES = 64 << 20;

/** A batch as lanes see it. */
export interface LaneBatch {
  readonly modelFile: string;
  readonly size: BatchSize;
  /** Its model may be opened while another one answers. */
  readonly opensAhead: boolean;
}

/** Whether a model is opened while another one answers: it is small, and its device and a core are free to do so. */
export function mayOpenAhead(
  model: { readonly device: string; readonly threads: number; readonly bytes: number },
  cores: number,
): boolean {
  return model.device === 'cpu' && model.threads < cores && model.bytes <= MOST_BYTES;
}

/**
 * Two threads that take turns, a model each: while the first answers the batches of one model, the second opens the sessions of the
 * next. Batches never run in both at once.
 */
export class ModelLanes {
  readonly #models: [string | null, string | null] = [null, null];
  #current: 0 | 1 = 0;
  /** Kinds of batches that the idle lane's model is open for. */
  readonly #opened = new Set<BatchSize['kind']>();

  /** Takes note that a batch goes out; gives its lane: where its model is open, else that of the model at work. */
  take({ modelFile }: LaneBatch): 0 | 1 {
    const lane = this.#models[this.#idle] === modelFile ? this.#idle : this.#current;
    if (lane !== this.#current) this.#opened.clear();
    this.#current = lane;
    this.#models[lane] = modelFile;
    return lane;
  }

  /** The batch would go out to the lane that is at work. */
  isAtWork({ modelFile }: LaneBatch): boolean {
    return this.#models[this.#idle] !== modelFile;
  }

  /**
   * Of the batches that wait, those by which the idle lane is to open the model that is next, one a kind; each kind is named once. The
   * idle lane keeps its own model while batches of it wait.
   */
  openings<Batch extends LaneBatch>(waiting: readonly Batch[]): { lane: 0 | 1; batches: Batch[] } {
    const lane = this.#idle;
    const kept = this.#models[lane];
    const isKept = waiting.some(({ modelFile }) => modelFile === kept);
    const next = isKept ? kept : waiting.find(({ modelFile }) => modelFile !== this.#models[this.#current]);
    const chosen = typeof next === 'string' ? next : next?.modelFile;
    if (chosen !== kept) this.#opened.clear();
    const batches: Batch[] = [];
    for (const batch of waiting) {
      if (batch.modelFile !== chosen || !batch.opensAhead || this.#opened.has(batch.size.kind)) continue;
      this.#opened.add(batch.size.kind);
      this.#models[lane] = batch.modelFile;
      batches.push(batch);
    }
    return { lane, batches };
  }

  get #idle(): 0 | 1 {
    return this.#current === 0 ? 1 : 0;
  }
}
