import { expect, test } from 'vitest';
import { fitLossLaw, predictLoss, type TrainedModel } from '../../../src/analysis/laws/loss-law.js';
import { minimize } from '../../../src/stats/lbfgs.js';
import { readFixture } from '../../helpers/published-curves.js';

test('the valley of Rosenbrock is walked to its end', () => {
  const { x, value } = minimize(
    (at) => {
      const [a = 0, b = 0] = at;
      return {
        value: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
        gradient: Float64Array.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)),
      };
    },
    [-1.2, 1],
  );
  expect(value).toBeLessThan(1e-12);
  expect([...x].map((entry) => Number(entry.toFixed(5)))).toEqual([1, 1]);
});

test('the refit of the digitised Chinchilla runs is that of Besiroglu et al. 2024', () => {
  const all = readFixture('chinchilla_epoch_extracted.csv').map((row): TrainedModel => {
    const nParams = Number(row['Model Size']);
    return { nParams, tokens: Number(row['Training FLOP']) / 6 / nParams, loss: Number(row['loss']) };
  });
  // They leave out the five runs of the highest loss as outliers.
  const models = all.toSorted((a, b) => a.loss - b.loss).slice(0, -5);
  const law = fitLossLaw(models);
  expect(law.E).toBeCloseTo(1.8172, 3);
  expect(Math.abs(law.E - 1.8172)).toBeLessThanOrEqual(2e-4);
  expect(Math.abs(law.alpha - 0.3473)).toBeLessThanOrEqual(1e-3);
  expect(Math.abs(law.beta - 0.3672)).toBeLessThanOrEqual(1e-3);
  expect(law.objective).toBeCloseTo(0.00101827, 6);
  expect(predictLoss(law, { nParams: 70e9, tokens: 1.4e12 })).toBeGreaterThan(law.E);
}, 120_000);
