import { expect, test } from 'vitest';
import type { Response } from '../../src/domain/request.js';
import { Answers } from '../../src/journal/answers.js';

const response = (index: number): Response => {
  switch (index % 3) {
    case 0:
      return {
        kind: 'loglikelihood',
        loglikelihood: -1 / (index + 1),
        isGreedy: index % 2 === 0,
        nTokens: index,
      };
    case 1:
      return { kind: 'loglikelihood_rolling', loglikelihood: -index / 7, nTokens: index };
    default:
      return {
        kind: 'generate_until',
        text: `${index} \ud800 ${'long '.repeat(50)}`,
        nTokens: 2,
        ended: index % 2 === 0 ? 'stop' : 'length',
      };
  }
};

test('answers come back as they were, however many there are and whatever their texts', () => {
  const answers = new Answers();
  const requests = Array.from({ length: 60_000 }, (_, index) => index); // more text than stays in memory
  answers.add({ requests, responses: requests.map(response) });
  for (const request of [0, 1, 2, 4095, 4096, 30_001, 59_999, 59_998, 17])
    expect(answers.at(request)).toEqual(response(request));
  expect(answers.at(60_000)).toBeNull();
  answers.close();
});

test('only wanted answers are kept, and those that are forgotten are gone', () => {
  const answers = new Answers();
  const requests = [0, 1, 9000, 9001];
  answers.add({ requests, responses: requests.map(response) }, (request) => request !== 1);
  expect(answers.at(1)).toBeNull();
  answers.forgetBefore(8192);
  expect(answers.at(0)).toBeNull();
  expect(answers.at(9000)).toEqual(response(9000));
});
