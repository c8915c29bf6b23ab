import { expect, test } from 'vitest';
import { studentP } from '../../src/stats/student.js';

// scipy.stats.t.sf(abs(t), df) * 2, SciPy 1.17.1.
test.each([
  [0.5, 1, 0.7048327646991335],
  [2, 5, 0.10193947882985835],
  [-2.5, 29, 0.018325344338426086],
  [3.3, 499, 0.0010359967290315684],
  [6, 12, 6.216738864858563e-5],
  [1.96, 100_000, 0.04999856319430168],
  [30, 3, 8.135280427163958e-5],
])('t of %d at %d degrees of freedom', (t, df, p) => {
  expect(studentP(t, df) / p).toBeCloseTo(1, 9);
});

test('a difference without scatter is certain, and none at all is nothing', () => {
  expect(studentP(Number.POSITIVE_INFINITY, 9)).toBe(0);
  expect(studentP(0, 9)).toBe(1);
});
