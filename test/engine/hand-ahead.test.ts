import { expect, test } from 'vitest';
import { mayGoAhead, type Bundle, type QueueState } from '../../src/engine/hand-ahead.js';

/** A bundle of one batch, or of several with as many tokens together. */
const batch = (tokens: number, { threads = 1, batches = 1 } = {}): Bundle =>
  Array.from({ length: batches }, () => ({
    threads,
    size: { kind: 'score', tokens: tokens / batches, modelBytes: 1e6 },
  }));
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

test('several batches that go together are as long as all of them', () => {
  expect(mayGoAhead(batch(19, { batches: 2 }), busy())).toBe(true);
  expect(mayGoAhead(batch(20, { batches: 2 }), busy())).toBe(false);
  const running = [batch(100, { batches: 4 }), batch(100)];
  expect(mayGoAhead(batch(100), busy({ running, behind: batch(199, { batches: 2 }) }))).toBe(false);
});

test('a long batch goes ahead while the others have enough to do without it', () => {
  expect(mayGoAhead(batch(100), busy({ behind: batch(200, { batches: 2 }) }))).toBe(true);
  expect(mayGoAhead(batch(100), busy({ behind: batch(199, { batches: 2 }) }))).toBe(false);
});

test('a lone worker gets its next batch however long it is', () => {
  expect(mayGoAhead(batch(1000), busy({ workers: 1, running: [batch(100)] }))).toBe(true);
});

test('no worker gets more than one batch beside that it works on', () => {
  expect(mayGoAhead(batch(1), busy({ running: [1, 2, 3, 4].map(() => batch(100)) }))).toBe(false);
  expect(mayGoAhead(batch(1), busy({ workers: 1 }))).toBe(false);
});

test('what takes all threads waits for them', () => {
  expect(mayGoAhead(batch(1, { threads: 2 }), busy({ running: [batch(100)] }))).toBe(false);
  expect(mayGoAhead(batch(1), busy({ running: [batch(100, { threads: 2 })] }))).toBe(false);
});

test('a batch of unknown length waits for its turn, and one behind it counts for nothing', () => {
  const msOf = (): null => null;
  expect(mayGoAhead(batch(1), busy({ msOf, behind: batch(2, { batches: 2 }) }))).toBe(false);
});
