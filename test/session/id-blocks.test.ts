import { expect, test } from 'vitest';
import { IdBlocks } from '../../src/session/id-blocks.js';

test('arrays of any length are of zeros, and none is part of another', () => {
  const blocks = new IdBlocks();
  const lengths = Array.from({ length: 60 }, (_, index) => (index * 787) % 5000);
  const arrays = lengths.map((length, index) => {
    const array = blocks.take(length);
    expect(array).toEqual(new Uint32Array(length));
    return array.fill(index + 1);
  });
  for (const [index, array] of arrays.entries())
    expect(array).toEqual(new Uint32Array(lengths[index] ?? 0).fill(index + 1));
});
