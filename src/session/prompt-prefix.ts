import { Tensor } from 'onnxruntime-node';
import type { DecoderSignature } from '../onnx/decoder-signature.js';
import { cachePort, GENERATE_PORTS } from '../onnx/program/generate-program.js';
import type { Feeds } from './decoder-session.js';
import type { ProgramSession } from './program-session.js';
import { emptyCache, IdMatrix } from './tensors.js';

// Below this saving another run, and the copies of its cache, cost more than the tokens that they spare.
const WORTH_SHARING = 0.2;

/** What all prompts of a batch begin with, less than any of them whole; nothing where sharing it would save too little. */
export function sharedPrefix(prompts: readonly Uint32Array[]): Uint32Array {
  const [first = new Uint32Array(0), ...others] = prompts;
  let length = prompts.reduce((least, prompt) => Math.min(least, prompt.length - 1), first.length);
  for (const other of others) {
    let same = 0;
    while (same < length && other[same] === first[same]) same++;
    length = same;
  }
  const all = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
  return first.subarray(0, length * others.length >= WORTH_SHARING * all ? length : 0);
}

/** The cache that a prefix leaves, for `height` rows, under the names of what the generating program takes; empty without a prefix. */
export async function cacheBehind(
  program: ProgramSession,
  prefix: Uint32Array,
  { signature, height }: { readonly signature: DecoderSignature; readonly height: number },
): Promise<Feeds> {
  const empty = (rows: number): Feeds =>
    Object.fromEntries(
      signature.cache.map((entry) => [cachePort(entry.past).before, emptyCache(entry, rows)]),
    );
  if (prefix.length === 0) return empty(height);
  const fetches = signature.cache.map(({ past }) => cachePort(past).after);
  const outputs = await program.run({ ...prefixFeeds(prefix, signature), ...empty(1) }, fetches);
  return Object.fromEntries(
    signature.cache.flatMap(({ past }) => {
      const { before, after } = cachePort(past);
      const tensor = outputs[after];
      return tensor === undefined ? [] : [[before, repeated(tensor, height)]];
    }),
  );
}

/** One step over the prefix; the id that it gives is not asked for. */
function prefixFeeds(prefix: Uint32Array, { vocabularySize }: DecoderSignature): Feeds {
  const ids = new IdMatrix(1, prefix.length, 'int64');
  const mask = new IdMatrix(1, prefix.length, 'int64');
  const positions = new IdMatrix(1, prefix.length, 'int64');
  ids.put(0, 0, prefix);
  mask.fill(0, 0, prefix.length, 1);
  positions.count(0, 0, prefix.length, 0);
  const stops = new Uint8Array(vocabularySize ?? 1);
  return {
    [GENERATE_PORTS.ids]: ids.tensor(),
    [GENERATE_PORTS.mask]: mask.tensor(),
    [GENERATE_PORTS.positions]: positions.tensor(),
    [GENERATE_PORTS.steps]: new Tensor('int64', BigInt64Array.of(1n), []),
    [GENERATE_PORTS.stops]: new Tensor('bool', stops, [stops.length]),
    [GENERATE_PORTS.finished]: new Tensor('bool', Uint8Array.of(0), [1, 1]),
    [GENERATE_PORTS.ones]: new Tensor('int64', BigInt64Array.of(1n), [1, 1]),
  };
}

/** A tensor [1, ...] as [height, ...] of equal rows. */
function repeated(tensor: Tensor, height: number): Tensor {
  const row = tensor.data as Float32Array | Uint16Array;
  const data =
    row instanceof Float32Array
      ? new Float32Array(row.length * height)
      : new Uint16Array(row.length * height);
  for (let index = 0; index < height; index++) data.set(row, index * row.length);
  return new Tensor(tensor.type, data, [height, ...tensor.dims.slice(1)]);
}
