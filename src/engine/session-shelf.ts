import type { BatchTask } from './batch-task.js';
import { BatchModel } from '../session/batch-model.js';

// Where one model's trials end and the next one's begin, batches of both come in turn. More than two are never at work,
// and each holds an arena of activations, many times its weights where the model is small.
const SHELF_MODELS = 2;
const SHELF_BYTES = 256 << 20;

/** The models that one worker keeps open: always the last one, and the one before while both are small. */
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
      if (total <= SHELF_BYTES && this.#open.size <= SHELF_MODELS) return;
      this.#open.delete(key);
      total -= bytes;
      await model.release();
    }
  }
}
