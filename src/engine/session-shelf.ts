import type { BatchTask } from './batch-task.js';
import type { BatchModel } from '../session/batch-model.js';

// Where one model's trials end and the next one's begin, batches of both come in turn. More than two are never at work,
// and each holds an arena of activations, many times its weights where the model is small.
const SHELF_MODELS = 2;
// So many batches of one model in a row tell that the one before has had its last: what it holds is then waste.
const LAST_BATCHES = 4;
const SHELF_BYTES = 256 << 20;

type ShelfModel = Pick<BatchModel, 'release'>;

/** The models that one worker keeps open: always the last one, and the one before while both are small and it may still be asked. */
export class SessionShelf<Model extends ShelfModel = BatchModel> {
  readonly #open = new Map<string, { model: Model; bytes: number }>();
  readonly #make: (task: BatchTask) => Model;
  #lastKey = '';
  #inARow = 0;

  constructor(make: (task: BatchTask) => Model) {
    this.#make = make;
  }

  /** The model of a task. */
  async take(task: BatchTask): Promise<Model> {
    const key = `${task.device}:${task.threads}:${task.programs}:${task.modelFile}`;
    const known = this.#open.get(key);
    this.#open.delete(key);
    const entry = known ?? { model: this.#make(task), bytes: task.modelBytes };
    this.#open.set(key, entry);
    this.#inARow = key === this.#lastKey ? this.#inARow + 1 : 1;
    this.#lastKey = key;
    if (known === undefined || this.#inARow === LAST_BATCHES) await this.#makeRoom();
    return entry.model;
  }

  /** Opens a task's model ahead, and closes all others: none has a batch that waits. */
  async replace(task: BatchTask): Promise<Model> {
    const model = await this.take(task);
    for (const [key, entry] of [...this.#open].slice(0, -1)) {
      this.#open.delete(key);
      await entry.model.release();
    }
    return model;
  }

  // A map keeps the order of use: the first entries were used longest ago.
  async #makeRoom(): Promise<void> {
    let total = [...this.#open.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { model, bytes }] of [...this.#open].slice(0, -1)) {
      const isFine = total <= SHELF_BYTES && this.#open.size <= SHELF_MODELS;
      if (isFine && this.#inARow < LAST_BATCHES) return;
      this.#open.delete(key);
      total -= bytes;
      await model.release();
    }
  }
}
