import { createHash } from 'node:crypto';

const N = 624;
const M = 397;

/**
 * Python's random.Random(seed) for an int seed: MT19937 seeded by init_by_array, with CPython's own `sample`,
 * `choices`, `shuffle` and `random`, so that draws equal those of Python bit for bit.
 */
export class PythonRandom {
  private readonly state = new Uint32Array(N);
  private index = N;

  /** `seed` is an integer from 0 to 2^53 - 1, or its 32-bit words from the lowest. */
  constructor(seed: number | readonly number[]) {
    if (typeof seed !== 'number') {
      this.seedByArray(seed);
      return;
    }
    const high = Math.floor(seed / 2 ** 32);
    this.seedByArray(high > 0 ? [seed >>> 0, high >>> 0] : [seed >>> 0]);
  }

  /** random.Random(text): the text's bytes and their sha512 as one big-endian number. */
  static fromText(text: string): PythonRandom {
    const bytes = Buffer.from(text, 'utf8');
    const number = Buffer.concat([bytes, createHash('sha512').update(bytes).digest()]);
    const words: number[] = [];
    for (let end = number.length; end > 0; end -= 4) {
      const part = number.subarray(Math.max(0, end - 4), end);
      words.push(part.reduce((value, byte) => value * 256 + byte, 0));
    }
    while (words.length > 1 && words.at(-1) === 0) words.pop();
    return new PythonRandom(words);
  }

  private seedByArray(key: readonly number[]): void {
    const mt = this.state;
    mt[0] = 19_650_218;
    for (let i = 1; i < N; i += 1) {
      const previous = at(mt, i - 1);
      mt[i] = Math.imul(1_812_433_253, previous ^ (previous >>> 30)) + i;
    }
    let i = 1;
    let j = 0;
    for (let k = Math.max(N, key.length); k > 0; k -= 1) {
      const previous = at(mt, i - 1);
      mt[i] = (at(mt, i) ^ Math.imul(previous ^ (previous >>> 30), 1_664_525)) + (key[j] ?? 0) + j;
      i = this.nextSeedIndex(i);
      j = (j + 1) % key.length;
    }
    for (let k = N - 1; k > 0; k -= 1) {
      const previous = at(mt, i - 1);
      mt[i] = (at(mt, i) ^ Math.imul(previous ^ (previous >>> 30), 1_566_083_941)) - i;
      i = this.nextSeedIndex(i);
    }
    mt[0] = 0x80000000;
  }

  private nextSeedIndex(i: number): number {
    if (i + 1 < N) return i + 1;
    this.state[0] = at(this.state, N - 1);
    return 1;
  }

  private twist(): void {
    const mt = this.state;
    let next = at(mt, 0);
    for (let k = 0; k < N; k += 1) {
      const word = next;
      next = at(mt, k + 1 < N ? k + 1 : 0);
      const y = (word & 0x80000000) | (next & 0x7fffffff);
      mt[k] = at(mt, k < N - M ? k + M : k + M - N) ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
    }
    this.index = 0;
  }

  /** The next 32 random bits. */
  nextUint32(): number {
    if (this.index >= N) this.twist();
    return tempered(at(this.state, this.index++));
  }

  /** A float in [0, 1) with 53 random bits. */
  random(): number {
    const a = this.nextUint32() >>> 5;
    return floatOf(a, this.nextUint32() >>> 6);
  }

  /** An integer from 0 to n - 1, for n up to 2^32 - 1. */
  below(n: number): number {
    const shift = Math.clz32(n);
    let r = this.nextUint32() >>> shift;
    while (r >= n) r = this.nextUint32() >>> shift;
    return r;
  }

  /** `k` different indexes of a population of `n`, in the order drawn; `k` must not exceed `n`. */
  sampleIndexes(n: number, k: number): number[] {
    if (k > n) throw new RangeError(`cannot draw ${k} different items from a population of ${n}`);
    const setSize = k > 5 ? 21 + 4 ** ceilLog4(k * 3) : 21;
    return n <= setSize ? this.sampleFromPool(n, k) : this.sampleByRejection(n, k);
  }

  private sampleFromPool(n: number, k: number): number[] {
    const pool = Array.from({ length: n }, (_, index) => index);
    const result: number[] = [];
    for (let i = 0; i < k; i += 1) {
      const j = this.below(n - i);
      result.push(pool[j] ?? 0);
      pool[j] = pool[n - i - 1] ?? 0;
    }
    return result;
  }

  private sampleByRejection(n: number, k: number): number[] {
    const selected = new Set<number>();
    while (selected.size < k) {
      let j = this.below(n);
      while (selected.has(j)) j = this.below(n);
      selected.add(j);
    }
    return [...selected];
  }

  /** `k` items drawn without replacement. */
  sample<T>(population: readonly T[], k: number): T[] {
    return this.sampleIndexes(population.length, k).map((index) => population[index] as T);
  }

  /**
   * Fills `target` with indexes drawn with replacement from a population of `n` (random.choices): floor(random() * n). The first
   * 27 of the 53 bits of a float decide alone, unless they leave it next to a whole number.
   */
  chooseIndexes(n: number, target: Uint32Array): void {
    const isSmall = n < 2 ** 26; // so that the product below is exact
    for (let i = 0; i < target.length; i += 1) {
      const a = this.nextUint32() >>> 5;
      if (this.index >= N) this.twist();
      const product = a * n;
      const whole = Math.floor(product / 2 ** 27);
      if (isSmall && product - whole * 2 ** 27 < 2 ** 27 - n) {
        this.index += 1;
        target[i] = whole;
      } else {
        const b = this.nextUint32() >>> 6;
        target[i] = Math.floor(floatOf(a, b) * n);
      }
    }
  }

  /** `k` items drawn with replacement. */
  choices<T>(population: readonly T[], k: number): T[] {
    const indexes = new Uint32Array(k);
    this.chooseIndexes(population.length, indexes);
    return Array.from(indexes, (index) => population[index] as T);
  }

  /** Puts the items into random order, in place. */
  shuffle(items: unknown[]): void {
    for (let i = items.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
  }
}

function tempered(word: number): number {
  let y = word ^ (word >>> 11);
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return (y ^ (y >>> 18)) >>> 0;
}

/** 27 bits and 26 bits as a float in [0, 1). */
function floatOf(a: number, b: number): number {
  return (a * 67_108_864 + b) / 9_007_199_254_740_992;
}

function at(array: Uint32Array, index: number): number {
  return array[index] ?? 0;
}

// CPython computes 4 ** ceil(log(3k, 4)) in floating point; an exact loop gives the same for every k below 2^40.
function ceilLog4(x: number): number {
  return Math.ceil(Math.log(x) / Math.log(4));
}
