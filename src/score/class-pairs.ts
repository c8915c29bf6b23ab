import { SweepError } from '../errors.js';

/** How often a right class met a predicted one. */
export interface ClassPair {
  readonly gold: number;
  readonly predicted: number;
  readonly count: number;
}

/** scikit-learn's binary F1 of class 1, which wants at most two classes, 1 among them; 0 where nothing is predicted or right. */
export function f1OfPairs(pairs: readonly ClassPair[]): number {
  let [hits, predicted, actual] = [0, 0, 0];
  const classes = new Set<number>();
  for (const pair of pairs) {
    if (pair.count > 0) classes.add(pair.gold).add(pair.predicted);
    if (pair.gold === 1 && pair.predicted === 1) hits += pair.count;
    if (pair.predicted === 1) predicted += pair.count;
    if (pair.gold === 1) actual += pair.count;
  }
  if (classes.size > 2 || (classes.size === 2 && !classes.has(1))) {
    throw new SweepError(
      'BAD_METRIC',
      `Expected two classes for the metric f1, 1 among them, got ${[...classes].join(', ')}; use another metric or a process_results hook.`,
    );
  }
  return predicted + actual === 0 ? 0 : (2 * hits) / (predicted + actual);
}

/** Matthews correlation over any number of classes (Gorodkin 2004, as scikit-learn computes it); 0 where undefined. */
export function matthewsOfPairs(pairs: readonly ClassPair[]): number {
  const golds = new Map<number, number>();
  const predictions = new Map<number, number>();
  let [correct, n] = [0, 0];
  for (const { gold, predicted, count } of pairs) {
    golds.set(gold, (golds.get(gold) ?? 0) + count);
    predictions.set(predicted, (predictions.get(predicted) ?? 0) + count);
    if (gold === predicted) correct += count;
    n += count;
  }
  let cross = 0;
  for (const [label, count] of golds) cross += count * (predictions.get(label) ?? 0);
  const squares = (counts: ReadonlyMap<number, number>): number =>
    [...counts.values()].reduce((sum, c) => sum + c * c, 0);
  const spread = Math.sqrt((n * n - squares(predictions)) * (n * n - squares(golds)));
  return spread === 0 ? 0 : (correct * n - cross) / spread;
}
