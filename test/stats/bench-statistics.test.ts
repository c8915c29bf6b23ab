import { expect, test } from 'vitest';
import { mannWhitneyP } from '../../src/stats/mann-whitney.js';
import { medianInterval } from '../../src/stats/median-interval.js';
import { countOutliers } from '../../src/stats/outliers.js';
import { supportedPercentile } from '../../src/stats/percentile-bound.js';
import { createRandom } from '../../src/stats/random.js';

const ascending = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

test('the interval of a median of 10 is from the 2nd to the 9th value, and 5 values have none', () => {
  expect(medianInterval(ascending(10))).toEqual({ median: 5.5, ci95: [2, 9] });
  expect(medianInterval(ascending(6)).ci95).toEqual([1, 6]);
  expect(medianInterval(ascending(5)).ci95).toBeNull();
});

test('the interval of the median covers it in 95% of seeded samples', () => {
  const random = createRandom('coverage');
  let covered = 0;
  for (let trial = 0; trial < 2000; trial++) {
    const sample = Array.from({ length: 15 }, () => Math.exp(random.normal()));
    const [low, high] = medianInterval(sample).ci95 ?? [1, 0];
    if (low <= 1 && 1 <= high) covered++;
  }
  expect(covered / 2000).toBeGreaterThan(0.94);
});

test.each([
  [0.5, 11],
  [0.75, 24],
  [0.9, 64],
  [0.95, 130],
  [0.97, 219],
  [0.99, 662],
  [0.999, 6636],
])('percentile %d needs %d values, as LoadGen counts', (p, n) => {
  expect(supportedPercentile(ascending(n - 1), p)).toBeNull();
  expect(supportedPercentile(ascending(n), p)?.bound99).toBe(n);
});

test('with more values than needed the bound leaves the largest out', () => {
  const found = supportedPercentile(ascending(1000), 0.9);
  expect(found?.value).toBeCloseTo(900.1, 6);
  expect(found?.bound99).toBeGreaterThan(900);
  expect(found?.bound99).toBeLessThan(940);
});

test('Mann-Whitney p-values are those of scipy.stats.mannwhitneyu(method="asymptotic")', () => {
  const a = [1.1, 2.3, 2.9, 3.1, 4.2, 4.8, 5.0, 5.5];
  const b = [3.0, 4.1, 4.4, 5.2, 6.0, 6.1, 6.6, 7.3];
  expect(mannWhitneyP(a, b)).toBeCloseTo(0.0520296, 5);
  expect(mannWhitneyP([1, 1, 2, 2, 3, 3, 4, 4], [2, 2, 3, 3, 4, 4, 5, 5])).toBeCloseTo(0.146399, 5);
  expect(mannWhitneyP([1, 1, 1], [1, 1, 1])).toBe(1);
});

test('equal distributions differ significantly in about 5% of seeded pairs', () => {
  const random = createRandom('null');
  const draw = (): number[] => Array.from({ length: 12 }, () => random.normal());
  let significant = 0;
  for (let pair = 0; pair < 2000; pair++) if (mannWhitneyP(draw(), draw()) < 0.05) significant++;
  expect(significant / 2000).toBeGreaterThan(0.03);
  expect(significant / 2000).toBeLessThan(0.06);
});

test('outliers are counted by Tukey fences and by the modified Z', () => {
  const values = [...ascending(20), 40, 80];
  expect(countOutliers(values)).toMatchObject({ mild: 1, severe: 1 });
  expect(countOutliers([5, 5, 5, 5])).toEqual({ mild: 0, severe: 0, largestZ: 0 });
});
