import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fitLossLaw, predictLoss } from '../../../src/analysis/laws/loss-law.js';
import { fitLossToError, predictError } from '../../../src/analysis/laws/loss-to-error.js';
import { fitLossToScore, predictScore } from '../../../src/analysis/laws/loss-to-score.js';
import { fitOverTrainingLaw, predictOverTrained } from '../../../src/analysis/laws/over-training-law.js';
import { mean } from '../../../src/stats/moments.js';
import { readFixture } from '../../helpers/published-curves.js';

// Bhagia et al. 2024 (arXiv 2412.04403) and Gadre et al. 2024 (arXiv 2403.08540): see test/fixtures/scaling/README.md.

interface Published {
  readonly task: string;
  readonly predicted: number;
  readonly predictedLoss: number;
}

const published = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/scaling/ladder_published.json'), 'utf8'),
) as Published[];

/** MMLU is the mean of its four parts by their questions. */
const MMLU: readonly (readonly [string, number])[] = [
  ['mmlu_stem_test', 0.215],
  ['mmlu_humanities_test', 0.335],
  ['mmlu_social_sciences_test', 0.219],
  ['mmlu_other_test', 0.231],
];
const partsOf = (task: string): readonly (readonly [string, number])[] =>
  task === 'mmlu_avg_test' ? MMLU : [[task, 1]];

interface Checkpoint {
  readonly run: string;
  readonly nParams: number;
  readonly tokens: number;
  readonly loss: number;
  readonly score: number;
}

function checkpointsOf(task: string): Checkpoint[] {
  const weighted = (row: Record<string, string>, ending: string): number =>
    partsOf(task).reduce((total, [part, weight]) => total + weight * Number(row[`${part}_${ending}`]), 0);
  return readFixture('ladder_runs.csv.gz').map((row) => ({
    run: row['run'] ?? '',
    nParams: Number(row['n_params']),
    tokens: Number(row['tokens']),
    loss: weighted(row, 'bpb'),
    score: weighted(row, 'acc'),
  }));
}

/** Mean of the last five values; of those there are at the start. */
const movingMean = (values: readonly number[]): number[] =>
  values.map((_, i) => mean(values.slice(Math.max(0, i - 4), i + 1)));

function chainedForecast(task: string): { loss: number; score: number } {
  const all = checkpointsOf(task);
  const target = all.find(({ run }) => run.startsWith('peteish13'));
  const runs = [...new Set(all.map(({ run }) => run))]
    .filter((run) => !run.startsWith('peteish'))
    .map((run) => all.filter((checkpoint) => checkpoint.run === run));
  const law = fitLossLaw(
    runs.map((run) => ({
      nParams: run.at(-1)?.nParams ?? 0,
      tokens: run.at(-1)?.tokens ?? 0,
      loss: mean(run.slice(-5).map(({ loss }) => loss)),
    })),
  );
  const pairs = runs.flatMap((run) => {
    const late = run.slice(Math.ceil(0.1 * run.length));
    const scores = movingMean(late.map(({ score }) => score));
    return movingMean(late.map(({ loss }) => loss)).map((loss, i) => ({ loss, score: scores[i] ?? 0 }));
  });
  const loss = predictLoss(law, { nParams: target?.nParams ?? 0, tokens: target?.tokens ?? 0 });
  return { loss, score: predictScore(fitLossToScore(pairs), loss) };
}

describe('the OLMo ladder: 16 runs of 190M to 1.3B foretell the 13B model trained on 5T tokens', () => {
  test.each(published)('$task', ({ task, predicted, predictedLoss }) => {
    const { loss, score } = chainedForecast(task);
    expect(Math.abs(loss - predictedLoss)).toBeLessThan(task.startsWith('arc_challenge') ? 0.005 : 0.002);
    expect(Math.abs(score - predicted)).toBeLessThan(task.startsWith('arc_challenge') ? 0.005 : 0.001);
  });
});

test('Gadre et al.: six small runs foretell the loss and the average error of 1.4B (over-trained) and 6.9B', () => {
  const rows = readFixture('gadre_redpajama.csv').map(
    ({ arch = '', params, tokens, multiplier, c4_loss, ...tasks }) => ({
      arch,
      multiplier: Number(multiplier),
      nParams: Number(params),
      tokens: Number(tokens),
      loss: Number(c4_loss),
      error: 1 - mean(Object.values(tasks).map(Number)),
    }),
  );
  const isSmall = (arch: string): boolean => arch.startsWith('d=');
  const five = rows.filter(
    ({ arch, multiplier }) =>
      (isSmall(arch) && multiplier === 1) || (arch === 'd=96_l=8_h=4' && multiplier === 16),
  );
  expect(five).toHaveLength(5);
  const six = [...five, ...rows.filter(({ arch, multiplier }) => arch === 'open_lm_1b' && multiplier === 1)];
  const law = fitOverTrainingLaw(five);
  const step = fitLossToError(six);
  expect(step.k).toBeCloseTo(2.206, 2);
  expect(step.gamma).toBeCloseTo(0.715, 2);
  expect(step.epsilon).toBeCloseTo(0.857, 2);
  const errors = (
    [
      ['open_lm_1b', 32],
      ['open_lm_7b', 1],
    ] as const
  ).map(([arch, multiplier]) => {
    const target = rows.find((row) => row.arch === arch && row.multiplier === multiplier);
    if (target === undefined) throw new Error(`no ${arch}`);
    const loss = predictOverTrained(law, target);
    const relative = (value: number, truth: number): number => (100 * Math.abs(value - truth)) / truth;
    return [relative(loss, target.loss), relative(predictError(step, loss), target.error)] as const;
  });
  const [large, largest] = errors;
  expect(Math.abs((large?.[0] ?? 0) - 0.7103)).toBeLessThan(0.002);
  expect(Math.abs((largest?.[0] ?? 0) - 0.732)).toBeLessThan(0.002);
  expect(Math.abs((large?.[1] ?? 0) - 3.6365)).toBeLessThan(0.002);
  expect(Math.abs((largest?.[1] ?? 0) - 0.0464)).toBeLessThan(0.002);
});
