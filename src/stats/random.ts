/** A seeded source of pseudo-random numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform on [0, 1), 32 random bits. */
  next(): number;
  /** Uniform integer on [0, n). */
  integer(n: number): number;
  /** Standard normal draw (Box-Muller). */
  normal(): number;
  /** Number of successes in n trials of probability p. */
  binomial(n: number, p: number): number;
}

/** FNV-1a, 32 bits: a seed from a text, so that every task has its own stream whatever the order of work. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** sfc32 of the PractRand suite (Doty-Humphrey), public domain algorithm; 12 rounds separate near seeds. */
// Words are kept signed: V8 holds them without allocating.
function uniformOf(seed: number): () => number {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88;
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 0x1_0000_0000;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A generator for `seed`; a text is hashed to a number first. */
export function createRandom(seed: number | string): Random {
  const next = uniformOf(typeof seed === 'string' ? seedOf(seed) : seed);
  return {
    next,
    integer: (n) => Math.floor(next() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    binomial: (n, p) => {
      let successes = 0;
      for (let i = 0; i < n; i++) if (next() < p) successes++;
      return successes;
    },
  };
}

/** The items in random order (Fisher-Yates); the input is left alone. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const held = result[i] as T;
    result[i] = result[j] as T;
    result[j] = held;
  }
  return result;
}
