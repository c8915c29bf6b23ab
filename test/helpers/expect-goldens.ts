import { expect } from 'vitest';
import type { Response } from '../../src/domain/request.js';
import type { Golden } from './tiny-jobs.js';

/** Answers are those of PyTorch; `nats` is the most that a token's log-probability may be off. */
export function expectGoldens(
  responses: readonly (Response | undefined)[],
  golden: readonly Golden[],
  nats: number,
): void {
  responses.forEach((response, index) => {
    const expected = golden[index]?.response;
    if (response === undefined || expected === undefined || response.kind === 'generate_until') {
      expect(response).toEqual(expected);
      return;
    }
    const difference = response.loglikelihood - (expected as { loglikelihood: number }).loglikelihood;
    expect(Math.abs(difference)).toBeLessThan(nats * response.nTokens);
    expect({ ...response, loglikelihood: 0 }).toEqual({ ...expected, loglikelihood: 0 });
  });
}
