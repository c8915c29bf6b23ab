import { expect, test } from 'vitest';
import type { Response } from '../../src/domain/request.js';
import { resampleChunks } from '../../src/score/standard-error.js';
import { scoreWorkload } from '../../src/score/score-workload.js';
import { standardError } from '../../src/stats/moments.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import { choiceTask, onlyTask } from '../helpers/task-folder.js';

// Five passages with four questions each; all questions of a passage are right, or all wrong.
const ROWS = Array.from({ length: 20 }, (_, index) =>
  JSON.stringify({ q: `q${index}`, passage: `p${Math.floor(index / 4)}`, options: ['a', 'b'], gold: 0 }),
).join('\n');
const RIGHT = [true, true, false, true, false];

async function score(more: string, options = {}) {
  const task = await onlyTask(choiceTask('t', more), ROWS);
  const workload = await prepareWorkload(task, { shots: 0, limit: null, seed: 1234 });
  const responses = [...workload.samples].map((sample, index) =>
    sample.requests.map((_, choice): Response => {
      const isRight = RIGHT[Math.floor(index / 4)] ?? false;
      const loglikelihood = (choice === 0) === isRight ? -1 : -2;
      return { kind: 'loglikelihood', loglikelihood, isGreedy: false, nTokens: 1 };
    }),
  );
  return scoreWorkload(workload, responses, options);
}

test.each([
  [5153, 100_000, 1000, 100],
  [50_000, 100_000, 1000, 100],
  [2_000_000, 100_000, 1000, 2],
  [20_000_000, 100_000, 1000, 1],
  [100, 2500, 1000, 2],
  [100, 500, 500, 1],
  [100, 0, 0, 0],
])(
  'of %i documents and %i replicates, lm-eval draws chunks of %i, and as many as are affordable: %i',
  (...given) => {
    const [nItems, iterations, chunk, nChunks] = given;
    expect(resampleChunks(nItems, iterations)).toEqual({ chunk, nChunks });
  },
);

test('a task that names a cluster gets errors between its clusters, beside those of lm-eval', async () => {
  const { metrics } = await score('metadata: { cluster: passage }');
  const acc = metrics['acc'];
  expect(acc?.stderr).toBeCloseTo(Math.sqrt((0.6 * 0.4) / 19), 12);
  expect(acc?.clustered?.nClusters).toBe(5);
  // Equal scores in every cluster: as if there were five items. The formula divides by n where a sample divides by n-1.
  const five = standardError(RIGHT.map(Number)) * Math.sqrt(4 / 5);
  expect(acc?.clustered?.stderr).toBeCloseTo(five, 1);
  expect(acc?.clustered?.stderr).toBeGreaterThan(2 * (acc?.stderr ?? 1) * 0.9);
  const [low = 0, high = 0] = acc?.clustered?.ci95 ?? [];
  const [narrowLow = 0, narrowHigh = 0] = acc?.ci95 ?? [];
  expect(low).toBeLessThan(narrowLow);
  expect(high).toBeGreaterThan(narrowHigh);
});

test('a metric that is no mean is resampled by whole clusters', async () => {
  const { metrics } = await score(
    'metadata: { cluster: passage }\nmetric_list: [{ metric: brier_score, aggregation: brier_score }]',
  );
  const brier = metrics['brier_score'];
  expect(brier?.clustered?.stderr).toBeGreaterThan(1.5 * (brier?.stderr ?? Infinity));
});

test('without a cluster there is no such error, and a column that is not there is named', async () => {
  expect((await score('')).metrics['acc']).not.toHaveProperty('clustered');
  await expect(score('metadata: { cluster: page }')).rejects.toThrow(
    /the column "page" that `metadata.cluster` of the task t names; the columns of its data are q, passage/,
  );
});

test('what lm-eval leaves without an error has an interval of ours', async () => {
  const { metrics, aggregated } = await score('metric_list: [{ metric: brier_score }, { metric: acc }]');
  const [low = 1, high = 0] = metrics['brier_score']?.ci95 ?? [];
  expect(low).toBeLessThan(metrics['brier_score']?.value ?? 0);
  expect(high).toBeGreaterThan(metrics['brier_score']?.value ?? 2);
  const isLmEval = Object.fromEntries(aggregated.map((one) => [one.metric, one.isLmEvalStderr]));
  expect(isLmEval).toMatchObject({ brier_score: false, acc: true });
});

test('no replicates, no errors of lm-eval: every one of them is "N/A" there', async () => {
  const { aggregated } = await score('metric_list: [{ metric: acc }, { metric: mcc }]', {
    bootstrapIterations: 0,
  });
  expect(aggregated.map(({ isLmEvalStderr }) => isLmEvalStderr)).not.toContain(true);
});
