import { expect, test } from 'vitest';
import { levelChiSquare } from '../../src/stats/level-chi-square.js';

test('values about their weighted mean are squared and weighted', () => {
  // The mean is (1 x 0 + 3 x 4) / 4 = 3; the squares are 1 x 9 + 3 x 1.
  expect(levelChiSquare(Float64Array.of(1, 3), Float64Array.of(0, 4))).toBeCloseTo(12, 12);
  expect(levelChiSquare(Float64Array.of(2, 5, 1), Float64Array.of(0.3, 0.3, 0.3))).toBeCloseTo(0, 12);
});
