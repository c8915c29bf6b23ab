import { expect, test } from 'vitest';
import type { TextRequest } from '../../src/domain/request.js';
import { packRequests, unpackRequests } from '../../src/engine/request-parcel.js';

const choice = (context: string, continuation: string): TextRequest => ({
  kind: 'loglikelihood',
  context,
  continuation,
});

test('choices of one context travel with it once, and all requests arrive as they were, in their order', () => {
  const requests: TextRequest[] = [
    choice('q', ' a'),
    choice('q', ' b'),
    choice('r', ' a'),
    { kind: 'loglikelihood_rolling', text: 'q' },
    { kind: 'generate_until', context: 'q', until: ['.'], maxNewTokens: 3 },
    choice('r', ' b'),
    choice('', ' c'),
  ];
  const parcel = packRequests(requests);
  expect(parcel.map((entry) => (entry.kind === 'choices' ? entry.continuations : entry.kind))).toEqual([
    [' a', ' b'],
    [' a'],
    'loglikelihood_rolling',
    'generate_until',
    [' b'],
    [' c'],
  ]);
  expect(unpackRequests(parcel)).toEqual(requests);
});
