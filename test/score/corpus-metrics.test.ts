import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AGGREGATIONS } from '../../src/score/aggregate.js';
import type { RawScore } from '../../src/score/raw-score.js';

interface Golden {
  readonly texts: readonly {
    /** One text for every prediction, or several. */
    readonly references: readonly (string | readonly string[])[];
    readonly predictions: readonly string[];
    readonly bleu: number;
    readonly chrf: number;
    readonly 'chrf++': number;
    readonly ter: number;
  }[];
  readonly classes: readonly {
    readonly gold: readonly number[];
    readonly predicted: readonly number[];
    readonly mcc: number;
    readonly f1?: number;
  }[];
}

const FILE = join(import.meta.dirname, '../fixtures/score/metrics.json');
const golden = JSON.parse(readFileSync(FILE, 'utf8')) as Golden;

test.each(['bleu', 'chrf', 'chrf++', 'ter'] as const)('%s is that of sacrebleu', (metric) => {
  for (const corpus of golden.texts) {
    const items = corpus.predictions.map((prediction, index): RawScore => ({
      kind: 'texts',
      references: [corpus.references[index] ?? ''].flat(),
      prediction,
    }));
    expect(AGGREGATIONS[metric]?.(items), JSON.stringify(corpus)).toBeCloseTo(corpus[metric], 9);
  }
});

test('Matthews correlation and F1 are those of scikit-learn', () => {
  for (const { gold, predicted, mcc, f1 } of golden.classes) {
    const items = gold.map((value, index): RawScore => ({
      kind: 'classes',
      gold: value,
      predicted: predicted[index] ?? 0,
    }));
    expect(AGGREGATIONS['matthews_corrcoef']?.(items)).toBeCloseTo(mcc, 12);
    if (f1 !== undefined) expect(AGGREGATIONS['f1']?.(items)).toBeCloseTo(f1, 12);
  }
});

test('F1 over more than two classes is refused', () => {
  expect(() => AGGREGATIONS['f1']?.([{ kind: 'classes', gold: 2, predicted: 0 }])).toThrow(
    'Expected two classes',
  );
});
