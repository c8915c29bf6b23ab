import { expect, test } from 'vitest';
import { mayOpenAhead, ModelLanes, type LaneBatch } from '../../src/engine/model-lanes.js';

/** Batches by letter: the model's name, in capitals where the batch is one of generations. */
const waiting = (letters: string, opensAhead = true): LaneBatch[] =>
  Array.from(letters, (letter) => {
    const modelFile = letter.toLowerCase();
    const kind = letter === modelFile ? 'score' : 'generate';
    return { modelFile, opensAhead, size: { kind, tokens: 1, modelBytes: 1 } };
  });

/** Sends the first batch out; gives its lane and what is opened then, and where. */
function step(lanes: ModelLanes, letters: string, opensAhead = true): string {
  const [first, ...rest] = waiting(letters, opensAhead);
  const taken = first === undefined ? '' : lanes.take(first);
  const { lane, batches } = lanes.openings(rest);
  return [taken, ...batches.map(({ modelFile, size }) => `${modelFile} ${size.kind} in ${lane}`)].join(', ');
}

test('while one model is at work the other lane opens the next, once for each kind of batch', () => {
  const lanes = new ModelLanes();
  expect(step(lanes, 'aaabbB')).toBe('0, b score in 1, b generate in 1');
  expect(step(lanes, 'aabbB')).toBe('0');
  expect(step(lanes, 'abbBb')).toBe('0');
  expect(step(lanes, 'bbBc')).toBe('1, c score in 0');
  expect(step(lanes, 'bBcC')).toBe('1, c generate in 0');
  expect(step(lanes, 'BcC')).toBe('1');
  expect(step(lanes, 'cC')).toBe('0');
});

test('one model after the next only is opened: no more than two lie open', () => {
  expect(step(new ModelLanes(), 'abcd')).toBe('0, b score in 1');
});

test('a lane keeps its model while batches of it wait', () => {
  const lanes = new ModelLanes();
  step(lanes, 'ab');
  expect(step(lanes, 'bcac')).not.toContain('c score');
  expect(step(lanes, 'bcc')).toBe('1, c score in 0');
});

test('a model that is not opened ahead takes the place of that at work', () => {
  const lanes = new ModelLanes();
  expect(step(lanes, 'ab', false)).toBe('0');
  expect(step(lanes, 'b', false)).toBe('0');
});

test('a batch of the other lane waits for the model at work', () => {
  const lanes = new ModelLanes();
  step(lanes, 'ab');
  const [ofA, ofB, ofC] = waiting('abc') as [LaneBatch, LaneBatch, LaneBatch];
  expect([ofA, ofB, ofC].map((batch) => lanes.isAtWork(batch))).toEqual([true, false, true]);
});

test.each([
  ['a small model on the CPU beside a free core', { device: 'cpu', threads: 1, bytes: 64 << 20 }, 2, true],
  ['a large model', { device: 'cpu', threads: 1, bytes: (64 << 20) + 1 }, 2, false],
  ['a model that has all cores', { device: 'cpu', threads: 2, bytes: 1000 }, 2, false],
  ['a model on another device', { device: 'webgpu', threads: 1, bytes: 1000 }, 2, false],
])('%s: may it be opened ahead?', (_, model, cores, expected) => {
  expect(mayOpenAhead(model, cores)).toBe(expected);
});
