import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Response, TextRequest } from '../../src/domain/request.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { record, TINY, tinyJob } from '../helpers/tiny-jobs.js';

type Opened = Awaited<ReturnType<typeof openEngine>>;

let rewritten: Opened;
let plain: Opened;

beforeAll(async () => {
  rewritten = await openEngine({ device: 'cpu', workers: 1 });
  plain = await openEngine({ device: 'cpu', workers: 1, programs: false });
});
afterAll(async () => {
  await rewritten.close();
  await plain.close();
});

/** Seeded words of the letters that the fixture models know best. */
function wordsFrom(seed: number): (count: number) => string {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  const word = (): string => Array.from({ length: 1 + random(6) }, () => 'abcdefghij'[random(10)]).join('');
  return (count) => Array.from({ length: count }, word).join(' ');
}

const words = wordsFrom(11);

/** Questions with four choices of several tokens, as a multiple-choice task asks them. */
const CHOICES: TextRequest[] = Array.from({ length: 60 }, (_, index) => words(1 + (index % 8))).flatMap(
  (context) =>
    Array.from({ length: 4 }, (_, choice): TextRequest => ({
      kind: 'loglikelihood',
      context,
      continuation: ` ${words(1 + (choice % 2))}`,
    })),
);

const GENERATIONS: TextRequest[] = Array.from({ length: 40 }, (_, index): TextRequest => ({
  kind: 'generate_until',
  context: words(1 + (index % 7)),
  until: index % 2 === 0 ? ['\n'] : ['ii', 'a j'],
  maxNewTokens: 1 + (index % 4) * 9,
}));

function expectAlike(a: readonly (Response | undefined)[], b: readonly (Response | undefined)[]): void {
  a.forEach((response, index) => {
    const other = b[index];
    if (response?.kind !== 'loglikelihood' || other?.kind !== 'loglikelihood') {
      expect(response).toEqual(other);
      return;
    }
    expect(Math.abs(response.loglikelihood - other.loglikelihood)).toBeLessThan(1e-4 * response.nTokens);
    expect({ ...response, loglikelihood: 0 }).toEqual({ ...other, loglikelihood: 0 });
  });
}

test.each(['small', 'large'])(
  'choices behind shared contexts of the %s model score as with full logits',
  async (name) => {
    const modelFile = join(TINY, name, 'model.onnx');
    const shared = await record(rewritten, tinyJob(CHOICES, { modelFile }));
    const full = await record(plain, tinyJob(CHOICES, { modelFile }));
    expectAlike(shared.responses, full.responses);
    expect(shared.telemetry.notes).toEqual([]);
    const fed = (batches: typeof shared.batches): number =>
      batches.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
    expect(fed(shared.batches)).toBeLessThan(0.6 * fed(full.batches));
  },
);

test('one batch or many, shared or not, give the same scores', async () => {
  const whole = await record(rewritten, tinyJob(CHOICES, { maxBatchTokens: 100_000 }));
  const single = await record(rewritten, tinyJob(CHOICES, { maxBatchTokens: 1 }));
  expect(whole.batches).toHaveLength(1);
  expect(single.batches).toHaveLength(60);
  expectAlike(whole.responses, single.responses);
});

test('generations of the loop are those of a run a token, in one batch or many', async () => {
  const looped = await record(rewritten, tinyJob(GENERATIONS));
  const single = await record(rewritten, tinyJob(GENERATIONS, { maxBatchTokens: 1 }));
  const stepped = await record(plain, tinyJob(GENERATIONS));
  expect(looped.responses).toEqual(stepped.responses);
  expect(looped.responses).toEqual(single.responses);
  const ends = looped.responses.map((response) =>
    response?.kind === 'generate_until' ? response.ended : null,
  );
  expect(ends).toContain('stop');
  expect(ends).toContain('length');
});

test('generations behind one few-shot prompt read it once and say the same', async () => {
  const examples = words(6);
  const behind: TextRequest[] = Array.from({ length: 12 }, (_, index) => ({
    kind: 'generate_until',
    context: `${examples} ${words(1 + (index % 3))}`.slice(0, 44),
    until: index % 2 === 0 ? ['\n'] : ['ii', 'a j'],
    maxNewTokens: 20,
  }));
  const looped = await record(rewritten, tinyJob(behind, { maxBatchTokens: 1000 }));
  const stepped = await record(plain, tinyJob(behind, { maxBatchTokens: 1000 }));
  expect(looped.responses).toEqual(stepped.responses);
  const fed = ({ batches }: typeof looped): number =>
    batches.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
  expect(fed(looped)).toBeLessThan(0.5 * fed(stepped));
});

test('the notes say why a model without programs is slower', async () => {
  const { telemetry } = await record(plain, tinyJob(CHOICES.slice(0, 4)));
  expect(telemetry.notes).toEqual([
    'scores with full logits: programs are switched off',
    'reads a context again for every continuation: programs are switched off',
    'generates with a run for every token: programs are switched off',
  ]);
});
