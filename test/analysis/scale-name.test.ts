import { expect, test } from 'vitest';
import { scaleNameOf } from '../../src/analysis/scales.js';

test.each([
  ['snowflake-33k-seed0', 0, 'snowflake-33k'],
  ['pythia-70m-seed_9', 9, 'pythia-70m'],
  ['tiny_1m_s2', 2, 'tiny_1m'],
  ['tiny-10', 0, 'tiny-10'],
  ['params0', 0, 'params0'],
  ['snowflake-33k-seed0', null, 'snowflake-33k-seed0'],
])('the scale of %s with seed %s is %s', (model, seed, scale) => {
  expect(scaleNameOf(model, seed)).toBe(scale);
});
