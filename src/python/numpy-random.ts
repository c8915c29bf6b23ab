/**
 * numpy's legacy RandomState(seed) for a small int seed: MT19937 seeded by init_genrand, with its permutation and its
 * choice without replacement.
 */
export class NumpyRandomState {
  private readonly state = new Uint32Array(624);
  private index = 624;

  constructor(seed: number) {
    this.state[0] = seed >>> 0;
    for (let i = 1; i < 624; i += 1) {
      const previous = this.word(i - 1);
      this.state[i] = Math.imul(1_812_433_253, previous ^ (previous >>> 30)) + i;
    }
  }

  private word(index: number): number {
    return this.state[index % 624] ?? 0;
  }

  private nextUint32(): number {
    if (this.index >= 624) this.twist();
    let y = this.word(this.index);
    this.index += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  private twist(): void {
    for (let k = 0; k < 624; k += 1) {
      const y = (this.word(k) & 0x80000000) | (this.word(k + 1) & 0x7fffffff);
      this.state[k] = this.word(k + 397) ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
    }
    this.index = 0;
  }

  /** An integer from 0 to `max`, by masked rejection. */
  private upTo(max: number): number {
    const mask = 2 ** (32 - Math.clz32(max)) - 1;
    let value = (this.nextUint32() & mask) >>> 0;
    while (value > max) value = (this.nextUint32() & mask) >>> 0;
    return value;
  }

  /** A number below n (randint); with n = 1 nothing is drawn. */
  below(n: number): number {
    return n <= 1 ? 0 : this.upTo(n - 1);
  }

  /** The numbers from 0 to n - 1 in random order. */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, index) => index);
    for (let i = n - 1; i > 0; i -= 1) {
      const j = this.upTo(i);
      const kept = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = kept;
    }
    return order;
  }

  /** `k` different numbers below n (choice with replace=False). */
  choice(n: number, k: number): number[] {
    return this.permutation(n).slice(0, k);
  }
}
