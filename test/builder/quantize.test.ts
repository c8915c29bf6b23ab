import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../src/builder/half.js';
import { quantizeInt8Row, quantizeQ4Row } from '../../src/builder/quantize.js';
import { randomWeights } from '../../src/builder/random-weights.js';

function randomRow(length: number): Float32Array {
  return randomWeights(3).read({ tensor: 'row', dims: [1, length], layout: 'out-in' }, 0, length);
}

test('every half that is a number survives the way to float32 and back', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = fromHalf(bits);
    if (!Number.isNaN(value)) expect(toHalf(Float32Array.of(value))[0]).toBe(bits);
  }
});

test('halves round to nearest, ties to even, and overflow to infinity', () => {
  const half = (value: number): number => fromHalf(toHalf(Float32Array.of(value))[0] ?? 0);
  expect(half(1 + 2 ** -11)).toBe(1);
  expect(half(1 + 3 * 2 ** -11)).toBe(1 + 2 ** -9);
  expect(half(65_519)).toBe(65_504);
  expect(half(65_520)).toBe(Infinity);
  expect(half(-(2 ** -25))).toBe(-0);
  expect(half(Number.NaN)).toBeNaN();
});

test('int8 errs by half a step at most', () => {
  const values = randomRow(100);
  const numbers = new Int8Array(100);
  const scale = quantizeInt8Row(values, numbers);
  for (const [index, value] of values.entries()) {
    expect(Math.abs((numbers[index] ?? 0) * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
  }
});

test('4-bit blocks err by half a step, or by one at the far end, and keep each extreme', () => {
  const values = randomRow(64);
  const packed = new Uint8Array(32);
  const scales = new Float32Array(2);
  quantizeQ4Row(values, { packed, scales });
  const number = (index: number): number => ((packed[index >> 1] ?? 0) >> (index % 2 === 0 ? 0 : 4)) & 15;
  for (const [index, value] of values.entries()) {
    const scale = scales[Math.floor(index / 32)] ?? 0;
    expect(Math.abs((number(index) - 8) * scale - value)).toBeLessThanOrEqual(Math.abs(scale) * 1.0001);
  }
  const extreme = values.slice(0, 32).reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  expect(-8 * (scales[0] ?? 0)).toBeCloseTo(extreme, 6);
});

test('rows of zeros quantise to zeros', () => {
  const packed = new Uint8Array(16);
  quantizeQ4Row(new Float32Array(32), { packed, scales: new Float32Array(1) });
  expect([...packed]).toEqual(Array.from({ length: 16 }, () => 0x88));
  const numbers = new Int8Array(4);
  quantizeInt8Row(new Float32Array(4), numbers);
  expect([...numbers]).toEqual([0, 0, 0, 0]);
});

test('any part of a random tensor is the same part of the whole', () => {
  const ref = { tensor: 'model.norm.weight', dims: [1000], layout: 'out-in' } as const;
  const whole = randomWeights(5).read(ref, 0, 1000);
  expect([...randomWeights(5).read(ref, 300, 50)]).toEqual([...whole.subarray(300, 350)]);
});
