import { toHalf } from './half.js';
import type { PlannedWeight } from './graph-writer.js';
import { Q4_BLOCK } from './linear.js';
import { quantizeInt8Row, quantizeQ4Row } from './quantize.js';
import { nElements, type WeightRef, type WeightSource } from './weights.js';

/** Bytes of one part of a planned weight, in order. */
export interface EncodedChunk {
  readonly part: number;
  readonly bytes: Uint8Array;
}

/** Values read at a time: 4 MiB of float32. */
const CHUNK = 1 << 20;

/**
 * The bytes of a weight, chunk by chunk. Memory: a chunk, and beside it one whole tensor where it must be turned
 * around or its scales follow.
 */
export function* encodeWeight(weight: PlannedWeight, source: WeightSource): Generator<EncodedChunk> {
  const read = readerOf(weight, source);
  switch (weight.encoding) {
    case 'plain':
      return yield* encodePlain(weight, read);
    case 'input-major':
      return yield* weight.ref.layout === 'in-out' ? encodePlain(weight, read) : encodeTurned(weight, read);
    case 'int8':
      return yield* encodeInt8(weight.ref, read);
    case 'q4':
      return yield* encodeQ4(weight, read);
  }
}

type Read = (start: number, count: number) => Float32Array;

function readerOf({ ref, compute }: PlannedWeight, source: WeightSource): Read {
  const whole = compute?.();
  return (start, count) => whole?.subarray(start, start + count) ?? source.read(ref, start, count);
}

function* encodePlain(weight: PlannedWeight, read: Read): Generator<EncodedChunk> {
  const total = nElements(weight.ref.dims);
  for (let start = 0; start < total; start += CHUNK) {
    yield { part: 0, bytes: floatBytes(read(start, Math.min(CHUNK, total - start)), weight.floatType) };
  }
}

/** Rows [out, in] written as columns [in, out]. */
function* encodeTurned(weight: PlannedWeight, read: Read): Generator<EncodedChunk> {
  const [nOut = 0, nIn = 0] = weight.ref.dims;
  const isHalf = weight.floatType === 'float16';
  const turned = isHalf ? new Uint16Array(nOut * nIn) : new Float32Array(nOut * nIn);
  for (const { row, values } of outputRows(weight.ref, read)) {
    const typed = isHalf ? toHalf(values) : values;
    const nRows = values.length / nIn;
    for (let column = 0; column < nIn; column++) {
      const target = column * nOut + row;
      for (let r = 0; r < nRows; r++) turned[target + r] = typed[r * nIn + column] ?? 0;
    }
  }
  yield { part: 0, bytes: bytesOf(turned) };
}

function* encodeInt8(ref: WeightRef, read: Read): Generator<EncodedChunk> {
  const [nOut, nIn] = sizesOf(ref);
  const turned = new Int8Array(nOut * nIn);
  const scales = new Float32Array(nOut);
  const numbers = new Int8Array(nIn);
  for (const { row, values } of outputRows(ref, read)) {
    for (let r = 0; r < values.length / nIn; r++) {
      const output = row + r;
      scales[output] = quantizeInt8Row(values.subarray(r * nIn, (r + 1) * nIn), numbers);
      for (let column = 0; column < nIn; column++) turned[column * nOut + output] = numbers[column] ?? 0;
    }
  }
  yield { part: 0, bytes: bytesOf(turned) };
  yield { part: 1, bytes: bytesOf(scales) };
}

function* encodeQ4(weight: PlannedWeight, read: Read): Generator<EncodedChunk> {
  const [nOut, nIn] = sizesOf(weight.ref);
  const nBlocks = Math.ceil(nIn / Q4_BLOCK);
  const scales = new Float32Array(nOut * nBlocks);
  for (const { row, values } of outputRows(weight.ref, read)) {
    const nRows = values.length / nIn;
    const packed = new Uint8Array((nRows * nBlocks * Q4_BLOCK) / 2);
    for (let r = 0; r < nRows; r++) {
      quantizeQ4Row(values.subarray(r * nIn, (r + 1) * nIn), {
        packed: packed.subarray((r * nBlocks * Q4_BLOCK) / 2),
        scales: scales.subarray((row + r) * nBlocks),
      });
    }
    yield { part: 0, bytes: packed };
  }
  yield { part: 1, bytes: floatBytes(scales, weight.floatType) };
}

/** The rows of a matrix, one an output, some at a time. */
function* outputRows(ref: WeightRef, read: Read): Generator<{ row: number; values: Float32Array }> {
  const [nOut, nIn] = sizesOf(ref);
  const nRows = Math.max(1, Math.floor(CHUNK / nIn));
  const whole = ref.layout === 'in-out' ? read(0, nOut * nIn) : null;
  for (let row = 0; row < nOut; row += nRows) {
    const count = Math.min(nRows, nOut - row);
    const values = whole === null ? read(row * nIn, count * nIn) : new Float32Array(count * nIn);
    if (whole !== null) {
      for (let r = 0; r < count; r++) {
        for (let column = 0; column < nIn; column++) {
          values[r * nIn + column] = whole[column * nOut + row + r] ?? 0;
        }
      }
    }
    yield { row, values };
  }
}

function sizesOf({ dims, layout }: WeightRef): [nOut: number, nIn: number] {
  const [first = 0, second = 0] = dims;
  return layout === 'out-in' ? [first, second] : [second, first];
}

function floatBytes(values: Float32Array, type: 'float32' | 'float16'): Uint8Array {
  return bytesOf(type === 'float32' ? values : toHalf(values));
}

function bytesOf(values: Float32Array | Uint16Array | Int8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
