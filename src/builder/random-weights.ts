import type { WeightRef, WeightSource } from './weights.js';

/**
 * Seeded weights that no memory holds: a value is a hash of seed, tensor name and position, so any part of any tensor
 * can be asked for and every machine gets the same bits. Matrices are uniform with standard deviation
 * 1 / sqrt(inputs), which keeps activations of order one at any width and depth; gains are near 1 and biases near 0.
 */
export function randomWeights(seed: number): WeightSource {
  return {
    read(ref, start, count) {
      const { centre, spread } = rangeOf(ref);
      const key = hashText(ref.tensor, seed);
      const values = new Float32Array(count);
      for (let index = 0; index < count; index++) {
        values[index] = centre + spread * (hashNumber(key, start + index) * 2 ** -31 - 1);
      }
      return values;
    },
  };
}

function rangeOf({ tensor, dims, layout }: WeightRef): { centre: number; spread: number } {
  if (dims.length === 1) {
    return tensor.endsWith('.weight') ? { centre: 1, spread: 0.1 } : { centre: 0, spread: 0.02 };
  }
  const isTable = /embed_tokens|embed_in|wte|wpe|embed_positions/.test(tensor);
  const nIn = (layout === 'out-in' ? dims[1] : dims[0]) ?? 1;
  return { centre: 0, spread: Math.sqrt(3) * (isTable ? 0.5 : 1 / Math.sqrt(nIn)) };
}

/** FNV-1a over the name, started from the seed. */
function hashText(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** A 32-bit number from a key and a position (below 2^53): two rounds of the "lowbias32" mixer. */
function hashNumber(key: number, position: number): number {
  const high = (position / 2 ** 32) | 0;
  return mix(mix((position ^ key) | 0) + Math.imul(high + 1, 0x9e3779b1) + key);
}

// Constants of https://nullprogram.com/blog/2018/07/31/, found there by search for low bias.
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
