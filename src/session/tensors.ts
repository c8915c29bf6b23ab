import { Tensor } from 'onnxruntime-node';
import type { CacheTensor, Port } from '../onnx/decoder-signature.js';

const WORDS = 2; // 32-bit words of an int64; the low one comes first on every platform onnxruntime-node has.

/**
 * A matrix of small non-negative integers on its way to a session, as int64 or int32. Whole stretches of a row are written here and
 * not by those who know what stands there: loops in functions that come and go with every batch are compiled again and again.
 */
export class IdMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #step: number;
  readonly #wide: boolean;

  constructor(rows: number, columns: number, elementType: string) {
    this.rows = rows;
    this.columns = columns;
    this.#wide = elementType !== 'int32';
    this.#step = this.#wide ? WORDS : 1;
    this.#words = new Uint32Array(rows * columns * this.#step);
  }

  set(row: number, column: number, value: number): void {
    this.#words[(row * this.columns + column) * this.#step] = value;
  }

  /** Writes `values`, each plus `more`, from a column of a row on. */
  put(row: number, column: number, values: ArrayLike<number>, more = 0): void {
    const [first, step] = [(row * this.columns + column) * this.#step, this.#step];
    for (let index = 0; index < values.length; index++)
      this.#words[first + index * step] = (values[index] ?? 0) + more;
  }

  /** Writes a value into `length` columns of a row. */
  fill(row: number, column: number, length: number, value: number): void {
    const [first, step] = [(row * this.columns + column) * this.#step, this.#step];
    for (let index = 0; index < length; index++) this.#words[first + index * step] = value;
  }

  /** Counts up from a value in `length` columns of a row. */
  count(row: number, column: number, length: number, from: number): void {
    const [first, step] = [(row * this.columns + column) * this.#step, this.#step];
    for (let index = 0; index < length; index++) this.#words[first + index * step] = from + index;
  }

  tensor(dims: readonly number[] = [this.rows, this.columns]): Tensor {
    const { buffer } = this.#words;
    return this.#wide
      ? new Tensor('int64', new BigInt64Array(buffer), dims)
      : new Tensor('int32', new Int32Array(buffer), dims);
  }
}

/** A cache of no tokens. */
export function emptyCache(cache: CacheTensor, batch: number): Tensor {
  const dims = cache.dims.map((size, axis) => size ?? (axis === cache.sequenceAxis ? 0 : batch));
  return cache.elementType === 'float16'
    ? new Tensor('float16', new Uint16Array(0), dims)
    : new Tensor('float32', new Float32Array(0), dims);
}

/** A single integer of a port's own type and rank. */
export function scalar(port: Port, value: number): Tensor {
  const matrix = new IdMatrix(1, 1, port.elementType);
  matrix.set(0, 0, value);
  return matrix.tensor(Array.from({ length: port.rank }, () => 1));
}

/** An int64 tensor's numbers, as long as they fit 32 bits. */
export function smallIntegersOf(tensor: Tensor | undefined): Int32Array {
  const data = tensor?.data as BigInt64Array;
  const words = new Int32Array(data.buffer, data.byteOffset, data.length * WORDS);
  const integers = new Int32Array(data.length);
  for (let index = 0; index < integers.length; index++) integers[index] = words[index * WORDS] ?? 0;
  return integers;
}

let halves: Float32Array | null = null;

/** The float32 value of every float16 bit pattern (IEEE 754 binary16). */
function halfTable(): Float32Array {
  const table = new Float32Array(1 << 16);
  for (let bits = 0; bits < table.length; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) table[bits] = fraction === 0 ? sign * Infinity : Number.NaN;
    else if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}

/** A float tensor's numbers as float32, float16 widened only over [start, end). */
export function floatsOf(tensor: Tensor, start: number, end: number): Float32Array {
  const { data } = tensor;
  if (data instanceof Float32Array) return data.subarray(start, end);
  if (data instanceof Uint16Array) {
    halves ??= halfTable();
    const wide = new Float32Array(end - start);
    for (let index = start; index < end; index++) wide[index - start] = halves[data[index] ?? 0] ?? 0;
    return wide;
  }
  return Float32Array.from((data as unknown as Float32Array).subarray(start, end));
}
