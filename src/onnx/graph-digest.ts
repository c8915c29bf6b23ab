import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { graphsWithin, type ByteRange, type Initializer, type OnnxModel } from './graph.js';
import { weightPlaces } from './weight-places.js';

// Programs take tensors up to 1 KiB as they are, and read the numbers of constants up to 2 KiB; the numbers of larger ones,
// which they name by where they lie, cannot matter to them.
const MOST_READ_BYTES = 4096;
const CHUNK_BYTES = 1 << 20;
const SAMPLE_BYTES = 64;

/**
 * sha256 (hex) of all bytes of a model file but the elements of large weights: of these it holds where they lie, and under which
 * names.
 * Models with the same digest have the same programs, wherever they are and whatever their weights.
 */
export function graphDigest(model: OnnxModel): string {
  const weights = model.graph.initializers.flatMap(({ raw }) =>
    raw !== null && raw.end - raw.start > MOST_READ_BYTES ? [raw] : [],
  );
  const hash = createHash('sha256');
  hash.update(JSON.stringify([[...weightPlaces(model).names], model.sizeBytes, weights]));
  withFile(model.file, (descriptor) => {
    for (const range of between(weights, model.sizeBytes)) addRange(hash, descriptor, range);
  });
  return hash.digest('hex');
}

/** sha256 (hex) of some bytes from the middle of every weight, wherever it lies: other weights have another. */
export function weightSamples({ file, graph }: OnnxModel): string {
  const hash = createHash('sha256');
  const places = [...graphsWithin(graph)]
    .flatMap(({ initializers }) => initializers)
    .map((tensor) => ({ beside: tensor.external?.location ?? null, range: middleOf(tensor) }));
  for (const beside of new Set(places.map((place) => place.beside))) {
    withFile(beside === null ? file : join(dirname(file), beside), (descriptor) => {
      for (const place of places) if (place.beside === beside) addRange(hash, descriptor, place.range);
    });
  }
  return hash.digest('hex');
}

function middleOf({ raw, external, elements }: Initializer): ByteRange {
  // Where the model does not say how long a weight is, it has a byte an element at least, or half of one.
  const whole = external ?? { offset: raw?.start ?? 0, length: raw === null ? 0 : raw.end - raw.start };
  const length = whole.length ?? Math.floor(elements / 2);
  const start = whole.offset + Math.floor(length / 2);
  return { start, end: Math.min(start + SAMPLE_BYTES, whole.offset + length) };
}

/** What lies between ranges of a file. */
function* between(ranges: readonly ByteRange[], size: number): Generator<ByteRange> {
  let start = 0;
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    yield { start, end: range.start };
    start = range.end;
  }
  yield { start, end: size };
}

function addRange(hash: Hash, descriptor: number, { start, end }: ByteRange): void {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(CHUNK_BYTES, end - start)));
  for (let position = start; position < end;) {
    const read = readSync(descriptor, buffer, 0, Math.min(buffer.length, end - position), position);
    if (read === 0) return;
    hash.update(buffer.subarray(0, read));
    position += read;
  }
}

function withFile(path: string, use: (descriptor: number) => void): void {
  const descriptor = openSync(path, 'r');
  try {
    use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
