import { Q4_BLOCK } from './linear.js';

/** Quantises one row symmetrically to int8 in `numbers`, and gives the scale: value = number * scale. */
export function quantizeInt8Row(values: Float32Array, numbers: Int8Array): number {
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    const magnitude = Math.abs(values[index] ?? 0);
    if (magnitude > largest) largest = magnitude;
  }
  const scale = largest === 0 ? 1 : largest / 127;
  for (let index = 0; index < values.length; index++) {
    numbers[index] = Math.round((values[index] ?? 0) / scale);
  }
  return scale;
}

/**
 * Quantises one row to 4-bit blocks as MatMulNBits reads them: value = (number - 8) * scale, two numbers a byte, the
 * first in the low half. The largest magnitude of a block becomes -8 times its scale, so all sixteen numbers serve.
 */
export function quantizeQ4Row(
  values: Float32Array,
  target: { readonly packed: Uint8Array; readonly scales: Float32Array },
): void {
  const nBlocks = Math.ceil(values.length / Q4_BLOCK);
  for (let block = 0; block < nBlocks; block++) {
    const start = block * Q4_BLOCK;
    const end = Math.min(values.length, start + Q4_BLOCK);
    let extreme = 0;
    for (let index = start; index < end; index++) {
      const value = values[index] ?? 0;
      if (Math.abs(value) > Math.abs(extreme)) extreme = value;
    }
    const scale = extreme === 0 ? 1 : extreme / -8;
    target.scales[block] = scale;
    const inverse = 1 / scale;
    for (let offset = 0; offset < Q4_BLOCK; offset += 2) {
      const low = nibble(values[start + offset] ?? 0, inverse);
      const high = nibble(values[start + offset + 1] ?? 0, inverse);
      target.packed[(start + offset) / 2] = low | (high << 4);
    }
  }
}

function nibble(value: number, inverse: number): number {
  const number = Math.round(value * inverse) + 8;
  return number > 15 ? 15 : number < 0 ? 0 : number;
}
