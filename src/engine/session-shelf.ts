import type { BatchTask } from './batch-task.js';
import { BatchModel } from '../session/batch-model.js';

// Small models of a family are asked in turn; keeping a few open costs little.
const SHELF_BYTES = 256 << 20;

/** The models that one worker keeps open: always the last one, and others while they are small. */
export class SessionShelf {
  readonly #open = new Map<string, { model: BatchModel; bytes: number }>();

  /** The model of a task. */
  async take(task: BatchTask): Promise<BatchModel> {
    const key = `${task.device}:${task.threads}:${task.programs}:${task.modelFile}`;
    const known = this.#open.get(key);
    this.#open.delete(key);
    const entry = known ?? { model: new BatchModel(task, task), bytes: task.modelBytes };
    this.#open.set(key, entry);
    if (known === undefined) await this.#makeRoom();
    return entry.model;
  }

  // A map keeps the order of use: the first entries were used longest ago.
  async #makeRoom(): Promise<void> {
    let total = [...this.#open.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { model, bytes }] of [...this.#open].slice(0, -1)) {
      if (total <= SHELF_BYTES) return;
      this.#open.delete(key);
      total -= bytes;
      await model.release();
    }
  }
}
