import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { IdMatrix, smallIntegersOf } from '../../src/session/tensors.js';

test.each(['int64', 'int32'])('stretches of a row are written as %s and leave the others alone', (type) => {
  const matrix = new IdMatrix(3, 4, type);
  matrix.put(0, 1, [5, 6]);
  matrix.put(0, 3, Uint32Array.of(7), 10);
  matrix.fill(1, 0, 3, 9);
  matrix.count(2, 1, 3, 20);
  const { data, dims } = matrix.tensor();
  expect(dims).toEqual([3, 4]);
  expect(Array.from(data as BigInt64Array | Int32Array, Number)).toEqual([
    0, 5, 6, 17, 9, 9, 9, 0, 0, 20, 21, 22,
  ]);
});

test('integers of an int64 tensor come back, negative ones too', () => {
  const tensor = new Tensor('int64', BigInt64Array.of(3n, -1n, 50_000n), [3]);
  expect([...smallIntegersOf(tensor)]).toEqual([3, -1, 50_000]);
});
