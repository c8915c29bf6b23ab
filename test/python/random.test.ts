import { expect, test } from 'vitest';
import { PythonRandom } from '../../src/python/random.js';

const range = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

test('the first words of seed 1234 are those of CPython', () => {
  const random = new PythonRandom(1234);
  const words = range(5).map(() => random.nextUint32());
  expect(words).toEqual([4150886329, 3342196574, 1892932127, 501869158, 32175636]);
});

test.each([
  [100, 5, [99, 56, 14, 0, 11], [74, 4, 85, 88, 10]],
  [10, 5, [7, 1, 0, 9, 4], [0, 1, 8, 6, 2]],
])('samples of range(%i) are those of CPython, twice in a row', (n, k, first, second) => {
  const random = new PythonRandom(1234);
  expect(random.sample(range(n), k)).toEqual(first);
  expect(random.sample(range(n), k)).toEqual(second);
});

test.each([
  [21, 5, [14, 3, 0, 2, 1]],
  [22, 5, [14, 3, 0, 2, 18]],
  [7473, 6, [6374, 3610, 957, 61, 742, 7462]],
])('the algorithm changes between pool and rejection as in CPython: range(%i), k=%i', (n, k, expected) => {
  expect(new PythonRandom(1234).sample(range(n), k)).toEqual(expected);
});

test('floats and draws with replacement are those of CPython', () => {
  const random = new PythonRandom(0);
  expect([random.random(), random.random()]).toEqual([0.8444218515250481, 0.7579544029403025]);
  expect(new PythonRandom(0).choices(range(10), 10)).toEqual([8, 7, 4, 2, 5, 4, 7, 3, 4, 5]);
});

test.each([1, 2, 500, 65_537, 2 ** 20 + 7, 2 ** 26, 2 ** 31 + 11])(
  'positions drawn among %i are the floor of a float times the size, whichever of its bits decide',
  (n) => {
    const plain = new PythonRandom(7);
    const fast = new PythonRandom(7);
    for (const random of [plain, fast]) random.nextUint32(); // draws may begin at an odd word
    const drawn = new Uint32Array(20_000);
    fast.chooseIndexes(n, drawn);
    expect([...drawn]).toEqual(range(drawn.length).map(() => Math.floor(plain.random() * n)));
    expect(fast.nextUint32()).toBe(plain.nextUint32());
  },
);

test('more items than there are is refused', () => {
  expect(() => new PythonRandom(1).sample([1, 2], 3)).toThrow(
    'cannot draw 3 different items from a population of 2',
  );
});
