import { afterAll, expect, test } from 'vitest';
import { Resampler } from '../../src/run/resampler.js';
import { AGGREGATIONS } from '../../src/score/aggregate.js';
import type { RawScore } from '../../src/score/raw-score.js';
import { longResampling, uncertaintyOf, type Aggregated } from '../../src/score/standard-error.js';
import { createRandom } from '../../src/stats/random.js';

const random = createRandom('resampler');
const resampler = new Resampler();
afterAll(() => resampler.close());

const numbers = (count: number): number[] => Array.from({ length: count }, () => -5 * random.next());
const aggregated = (name: string, iterations = 100_000): Aggregated => ({
  metric: name,
  name,
  aggregation: AGGREGATIONS[name] ?? (() => Number.NaN),
  iterations,
  value: 0,
});

test('several columns at once get what each gets alone, to the last digit', async () => {
  const asked: [number[], Aggregated][] = [
    [numbers(40), aggregated('perplexity')],
    [numbers(40), aggregated('perplexity')],
    [numbers(40), aggregated('median')],
    [numbers(25), aggregated('perplexity')],
    [numbers(40), aggregated('nanmean', 60_000)],
  ];
  for (const [items, given] of asked) expect(longResampling(items, given)).not.toBeNull();
  const found = await Promise.all(asked.map(([items, given]) => resampler.uncertaintyOf(items, given)));
  expect(found).toEqual(asked.map(([items, given]) => uncertaintyOf(items, given)));
});

test('what is short, or is no number, is found without a thread', async () => {
  const pairs: RawScore[] = numbers(60).map((x) => ({ kind: 'classes', gold: 1, predicted: x < -2 ? 1 : 0 }));
  const asked: [RawScore[], Aggregated][] = [
    [numbers(40), aggregated('mean')],
    [numbers(3), aggregated('perplexity')],
    [pairs, aggregated('f1', 1000)],
  ];
  for (const [items, given] of asked) {
    expect(longResampling(items, given)).toBeNull();
    expect(await resampler.uncertaintyOf(items, given)).toEqual(uncertaintyOf(items, given));
  }
});

test('a thread that ends leaves nobody waiting', async () => {
  const ended = new Resampler();
  const asked = ended.uncertaintyOf(numbers(400), aggregated('perplexity'));
  await Promise.all([expect(asked).rejects.toThrow('the thread that resamples scores ended'), ended.close()]);
});
