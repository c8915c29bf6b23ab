import { expect, test } from 'vitest';
import { fitDirections, fitMonotone } from '../../src/stats/isotonic.js';
import { createRandom } from '../../src/stats/random.js';

test('adjacent violators are pooled to their weighted mean', () => {
  const { blocks, errors } = fitMonotone([1, 3, 2, 4], [1, 1, 3, 1], 'up');
  expect(blocks.map(({ start, value }) => [start, value])).toEqual([
    [0, 1],
    [1, 2.25],
    [3, 4],
  ]);
  expect(errors[3]).toBeCloseTo(0.75 ** 2 + 3 * 0.25 ** 2, 12);
  expect(errors[1]).toBe(0);
});

test('the error of every prefix is that of a fit to the prefix alone', () => {
  const random = createRandom('isotonic');
  for (let repeat = 0; repeat < 50; repeat++) {
    const y = Array.from({ length: 8 }, () => random.next());
    const weights = y.map(() => 0.5 + random.next());
    const { errors } = fitMonotone(y, weights, 'down');
    for (let n = 1; n <= y.length; n++) {
      const part = fitMonotone(y.slice(0, n), weights.slice(0, n), 'down');
      let error = 0;
      part.blocks.forEach((block, i) => {
        for (let k = block.start; k < (part.blocks[i + 1]?.start ?? n); k++) {
          error += (weights[k] as number) * ((y[k] as number) - block.value) ** 2;
        }
      });
      expect(errors[n - 1]).toBeCloseTo(error, 10);
    }
  }
});

test('a valley and a hill are found where they turn', () => {
  const { valley, hill, up } = fitDirections([5, 3, 1, 2, 6], [1, 1, 1, 1, 1]);
  expect(valley.error).toBe(0);
  expect([2, 3]).toContain(valley.split);
  expect(hill.error).toBeGreaterThan(0);
  expect(up).toBeGreaterThan(0);
});
