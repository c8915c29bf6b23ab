import { expect, test } from 'vitest';
import { AGGREGATIONS } from '../../src/score/aggregate.js';
import type { RawScore } from '../../src/score/raw-score.js';
import { resampledStatistic } from '../../src/score/resampled-statistic.js';
import { createRandom } from '../../src/stats/random.js';

const random = createRandom('resamples');
const N = 60;
const many = (item: () => RawScore): RawScore[] => Array.from({ length: N }, item);

const ITEMS: Readonly<Record<string, RawScore[]>> = {
  perplexity: many(() => -5 * random.next()),
  brier_score: many(() => ({
    kind: 'distribution',
    gold: random.integer(2),
    probabilities: [random.next(), random.next()],
  })),
  median: many(() => random.integer(20)),
  f1: many(() => ({ kind: 'classes', gold: random.integer(2), predicted: random.integer(2) })),
  matthews_corrcoef: many(() => ({ kind: 'classes', gold: random.integer(3), predicted: random.integer(3) })),
  bits_per_byte: many(() => ({
    kind: 'weighted',
    loglikelihood: -random.next(),
    weight: 1 + random.integer(9),
  })),
};

test.each(Object.entries(ITEMS))(
  '%s of a resample is the aggregation of its items, to the last digit',
  (name, items) => {
    const aggregation = AGGREGATIONS[name] ?? (() => Number.NaN);
    const statistic = resampledStatistic(items, aggregation);
    for (let draw = 0; draw < 50; draw++) {
      const indexes = Uint32Array.from({ length: N }, () => random.integer(N));
      expect(statistic(indexes)).toBe(aggregation(Array.from(indexes, (index) => items[index] ?? 0)));
    }
  },
);
