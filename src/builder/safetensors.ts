import { closeSync, openSync, readSync } from 'node:fs';
import { SweepError } from '../errors.js';
import { fromHalf } from './half.js';

/**
 * FORMAT  A .safetensors file: the length of the header (u64, little-endian), the header as JSON
 *         {"name":{"dtype","shape","data_offsets":[begin,end]}}, then the data, offsets counted from its start.
 *         https://github.com/huggingface/safetensors#format
 */
const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 100 << 20;

/** One tensor of an open file. */
export interface StoredTensor {
  readonly file: SafetensorsFile;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte of its data in the file. */
  readonly start: number;
}

const ELEMENT_BYTES: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };

/** A safetensors file of which any part of any tensor can be read. */
export class SafetensorsFile implements Disposable {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly #descriptor: number;

  /** Throws SweepError BAD_CHECKPOINT for a file that is not safetensors. */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'r');
    try {
      this.tensors = this.#readHeader();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  /** Values [from, from + count) of a tensor as float32. */
  read(tensor: StoredTensor, from: number, count: number): Float32Array {
    const size = ELEMENT_BYTES[tensor.dtype];
    if (size === undefined) {
      throw this.#bad(`a tensor has type ${tensor.dtype}, where F32, F16 or BF16 can be read`);
    }
    return toFloats(this.#bytes(tensor.start + from * size, count * size), tensor.dtype);
  }

  #readHeader(): Map<string, StoredTensor> {
    const length = Number(Buffer.from(this.#bytes(0, LENGTH_BYTES)).readBigUInt64LE());
    if (length > MAX_HEADER_BYTES) throw this.#bad('its header has no possible length');
    const header = this.#parse(Buffer.from(this.#bytes(LENGTH_BYTES, length)).toString());
    const tensors = new Map<string, StoredTensor>();
    for (const [name, entry] of Object.entries(header)) {
      if (name === '__metadata__') continue;
      const { dtype, shape, data_offsets: offsets } = entry as HeaderEntry;
      if (!Array.isArray(shape) || !Array.isArray(offsets))
        throw this.#bad(`its entry ${name} is incomplete`);
      tensors.set(name, { file: this, dtype, shape, start: LENGTH_BYTES + length + offsets[0] });
    }
    return tensors;
  }

  #parse(text: string): Record<string, unknown> {
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch (error) {
      throw this.#bad('its header is not JSON', error);
    }
  }

  #bytes(start: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const read = readSync(this.#descriptor, bytes, filled, length - filled, start + filled);
      if (read === 0) throw this.#bad(`it ends before byte ${start + length}`);
      filled += read;
    }
    return bytes;
  }

  #bad(what: string, cause?: unknown): SweepError {
    return new SweepError(
      'BAD_CHECKPOINT',
      `Expected ${this.path} to be a whole safetensors file, but ${what}; download or save it again.`,
      { cause },
    );
  }
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function toFloats(bytes: Uint8Array, dtype: string): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes.buffer);
  const halves = new Uint16Array(bytes.buffer);
  const values = new Float32Array(halves.length);
  if (dtype === 'F16') {
    for (let index = 0; index < halves.length; index++) values[index] = fromHalf(halves[index] ?? 0);
    return values;
  }
  // bfloat16 is the upper half of a float32.
  const words = new Uint32Array(values.buffer);
  for (let index = 0; index < halves.length; index++) words[index] = (halves[index] ?? 0) << 16;
  return values;
}
