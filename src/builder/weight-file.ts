import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { TensorSpec, TensorType } from '../onnx/encode-model.js';
import { encodeWeight } from './encode-weight.js';
import type { PlannedPart, PlannedWeight } from './graph-writer.js';
import { nElements, type WeightSource } from './weights.js';

/** Where every part of every weight goes in one file beside the model. */
export interface WeightFile {
  readonly name: string;
  readonly bytes: number;
  readonly tensors: readonly TensorSpec[];
}

const ELEMENT_BYTES: Readonly<Record<TensorType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
};
// Large tensors start at a page, so that they can be mapped; small ones at a cache line.
const PAGE = 4096;
const CACHE_LINE = 64;
const LARGE = 1 << 20;

/** Lays the weights out one behind the other, before anything is written. */
export function layOutWeights(name: string, weights: readonly PlannedWeight[]): WeightFile {
  let end = 0;
  const tensors = weights.flatMap(({ parts }) =>
    parts.map((part): TensorSpec => {
      const length = bytesOf(part);
      const offset = roundUp(end, length >= LARGE ? PAGE : CACHE_LINE);
      end = offset + length;
      return { ...part, content: { location: name, offset, length } };
    }),
  );
  return { name, bytes: end, tensors };
}

/** Streams the weights to `path` in the layout's order. `onBytes` hears of progress. */
export function writeWeights(
  path: string,
  content: {
    readonly layout: WeightFile;
    readonly weights: readonly PlannedWeight[];
    readonly source: WeightSource;
  },
  onBytes: (written: number, total: number) => void = () => undefined,
): void {
  const descriptor = openSync(path, 'w');
  try {
    let first = 0;
    for (const weight of content.weights) {
      const tensors = content.layout.tensors.slice(first, first + weight.parts.length);
      first += weight.parts.length;
      writeParts(descriptor, tensors, encodeWeight(weight, content.source));
      onBytes(endOf(tensors.at(-1)), content.layout.bytes);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeParts(
  descriptor: number,
  tensors: readonly TensorSpec[],
  chunks: ReturnType<typeof encodeWeight>,
): void {
  const positions = tensors.map(({ content }) => ('offset' in content ? content.offset : 0));
  for (const { part, bytes } of chunks) {
    let position = positions[part] ?? 0;
    positions[part] = position + bytes.length;
    for (let from = 0; from < bytes.length;) {
      const written = writeSync(descriptor, bytes, from, bytes.length - from, position);
      from += written;
      position += written;
    }
  }
}

function endOf(tensor: TensorSpec | undefined): number {
  const content = tensor?.content;
  return content !== undefined && 'offset' in content ? content.offset + content.length : 0;
}

function bytesOf({ type, dims }: PlannedPart): number {
  return nElements(dims) * ELEMENT_BYTES[type];
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
