import type { Random } from '../../src/stats/random.js';

const ATOMS = ['a', 'b', '[ab]', '.', 'é'];
const COUNTS = ['*', '+', '?', '{0,2}', '{2,}', '{1,3}', '{2}'];
const BEHIND = ['a{1,3}', 'ab', '[ab]{0,2}b'];

function pick<T>(list: readonly T[], random: Random): T {
  return list[random.integer(list.length)] as T;
}

/** How often, greedily, lazily or possessively; at times once. */
function count(random: Random): string {
  if (random.next() < 0.4) return '';
  const times = pick(COUNTS, random);
  return times + pick(times.startsWith('{') ? ['', '', '?'] : ['', '', '?', '+'], random);
}

function part(depth: number, random: Random): string {
  const inner = (): string => randomPattern(depth - 1, random);
  if (depth === 0 || random.next() < 0.35) return pick(ATOMS, random) + count(random);
  const groups = [
    () => `(?:${inner()})${count(random)}`,
    () => `(?:${inner()}|${inner()})${count(random)}`,
    () => `(?:${inner()}|)${count(random)}`,
    () => `(?>${inner()})${count(random)}`,
    () => `(?=${inner()})`,
    () => `(?!${inner()})`,
    () => `(?<${pick(['=', '!'], random)}${pick(BEHIND, random)})`,
  ];
  return pick(groups, random)();
}

/** A regular expression over a, b, c and é with groups up to `depth` deep, many of which may match nothing. */
export function randomPattern(depth: number, random: Random): string {
  const parts = Array.from({ length: 1 + random.integer(3) }, () => part(depth, random));
  return parts.join('') + pick(['', '', 'c', '$'], random);
}
