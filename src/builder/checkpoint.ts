import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SweepError } from '../errors.js';
import { SafetensorsFile, type StoredTensor } from './safetensors.js';
import type { WeightRef, WeightSource } from './weights.js';

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
// Checkpoints saved from the bare model, without its head, leave these out of every name.
const BASE_PREFIX = /^(transformer|model|gpt_neox)\./;

/** The weights of a transformers checkpoint in one or several safetensors files. */
export class Checkpoint implements WeightSource, Disposable {
  readonly #directory: string;
  readonly #files: readonly SafetensorsFile[];
  readonly #tensors = new Map<string, StoredTensor>();

  /** Throws SweepError BAD_CHECKPOINT where the directory holds no safetensors. */
  constructor(directory: string) {
    this.#directory = directory;
    this.#files = filesIn(directory).map((name) => new SafetensorsFile(join(directory, name)));
    for (const file of this.#files) {
      for (const [name, tensor] of file.tensors) this.#tensors.set(name, tensor);
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) file[Symbol.dispose]();
  }

  /** Whether a tensor is there. */
  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  read(ref: WeightRef, start: number, count: number): Float32Array {
    const tensor = this.#find(ref.tensor);
    if (tensor === undefined) {
      throw this.#bad(`its weights lack ${ref.tensor}`);
    }
    if (tensor.shape.join() !== ref.dims.join()) {
      throw this.#bad(
        `${ref.tensor} has dimensions [${tensor.shape.join(', ')}] where config.json makes it [${ref.dims.join(', ')}]`,
      );
    }
    return tensor.file.read(tensor, start, count);
  }

  #find(name: string): StoredTensor | undefined {
    return this.#tensors.get(name) ?? this.#tensors.get(name.replace(BASE_PREFIX, ''));
  }

  #bad(what: string): SweepError {
    return new SweepError(
      'BAD_CHECKPOINT',
      `Expected the weights in ${this.#directory} to fit its config.json, but ${what}; download the whole model again.`,
    );
  }
}

function filesIn(directory: string): string[] {
  if (existsSync(join(directory, SINGLE))) return [SINGLE];
  if (existsSync(join(directory, INDEX))) {
    const index = JSON.parse(readFileSync(join(directory, INDEX), 'utf8')) as {
      weight_map?: Record<string, string>;
    };
    return [...new Set(Object.values(index.weight_map ?? {}))];
  }
  throw new SweepError(
    'BAD_CHECKPOINT',
    `Expected ${SINGLE} or ${INDEX} in ${directory}, found neither; a checkpoint in pytorch_model.bin must be saved as safetensors first.`,
  );
}
