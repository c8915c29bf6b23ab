import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox } from '../../src/engine/outbox.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function watchedBox() {
  const parcels: (readonly number[])[] = [];
  return { parcels, outbox: new Outbox<number>((parcel) => parcels.push(parcel)) };
}

test('what is posted within a millisecond goes out as one, in order', () => {
  const { parcels, outbox } = watchedBox();
  outbox.post(1);
  vi.advanceTimersByTime(0.5);
  outbox.post(2);
  expect(parcels).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(parcels).toEqual([[1, 2]]);
});

test('nothing that was posted waits where all has to be told', () => {
  const { parcels, outbox } = watchedBox();
  outbox.post(1);
  outbox.flush();
  outbox.flush();
  expect(parcels).toEqual([[1]]);
});
