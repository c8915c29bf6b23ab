import { expect, test } from 'vitest';
import { mayGoAhead, type QueueState, type SizedBatch } from '../../src/engine/hand-ahead.js';

const batch = (tokens: number, threads = 1): SizedBatch => ({
  threads,
  size: { kind: 'score', tokens, modelBytes: 1e6 },
});
/** Two workers, each with a batch of 100 ms; a token takes a millisecond. */
const busy = (change: Partial<QueueState> = {}): QueueState => ({
  workers: 2,
  running: [batch(100), batch(100)],
  behind: [],
  msOf: ({ tokens }) => tokens,
  ...change,
});

test('a short batch goes to a worker that still has one', () => {
  expect(mayGoAhead(batch(19), busy())).toBe(true);
  expect(mayGoAhead(batch(20), busy())).toBe(false);
});

test('a long batch goes ahead while the others have enough to do without it', () => {
  expect(mayGoAhead(batch(100), busy({ behind: [batch(100), batch(100)] }))).toBe(true);
  expect(mayGoAhead(batch(100), busy({ behind: [batch(100), batch(99)] }))).toBe(false);
});

test('a lone worker gets its next batch however long it is', () => {
  expect(mayGoAhead(batch(1000), busy({ workers: 1, running: [batch(100)] }))).toBe(true);
});

test('no worker gets more than one batch beside that it works on', () => {
  expect(mayGoAhead(batch(1), busy({ running: [1, 2, 3, 4].map(() => batch(100)) }))).toBe(false);
  expect(mayGoAhead(batch(1), busy({ workers: 1 }))).toBe(false);
});

test('what takes all threads waits for them', () => {
  expect(mayGoAhead(batch(1, 2), busy({ running: [batch(100)] }))).toBe(false);
  expect(mayGoAhead(batch(1), busy({ running: [batch(100, 2)] }))).toBe(false);
});

test('a batch of unknown length waits for its turn, and one behind it counts for nothing', () => {
  const msOf = (): null => null;
  expect(mayGoAhead(batch(1), busy({ msOf, behind: [batch(1), batch(1)] }))).toBe(false);
});
