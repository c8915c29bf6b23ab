import type { Response } from '../domain/request.js';
import type { Sample } from '../domain/task.js';
import { TrialError } from '../errors.js';
import type { Answers } from './answers.js';

/** The answers to one sample, whose first request is number `first` of its workload. Throws TrialError where one is missing. */
export function answersOfSample({ requests }: Sample, first: number, answers: Answers): Response[] {
  return requests.map((_, index) => {
    const response = answers.at(first + index);
    if (response !== null) return response;
    throw new TrialError(
      'ANSWER_MISSING',
      `Expected an answer to every request, but request ${first + index} has none`,
    );
  });
}

/** A workload's answers sample by sample, in request order; they may be gone through again. */
export function answersBySample(samples: Iterable<Sample>, answers: Answers): Iterable<Response[]> {
  return {
    *[Symbol.iterator]() {
      let first = 0;
      for (const sample of samples) {
        yield answersOfSample(sample, first, answers);
        first += sample.requests.length;
      }
    },
  };
}
