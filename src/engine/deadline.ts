// A machine that does less is not worth waiting for: 0.5 GFLOP/s, 2 FLOP a weight and token, 4 bytes a weight.
const SLOWEST_BYTES_PER_MS = 1e6;
// Opening a session reads the weights, from a slow network disk if need be.
const SLOWEST_READ_BYTES_PER_MS = 20_000;
// Other work on the machine may slow a batch down this much against the slowest one seen.
const PATIENCE = 20;

/** How much work a batch is, for its deadline only. */
export interface BatchSize {
  readonly kind: 'score' | 'generate';
  /** Rows x padded tokens, new tokens included. */
  readonly tokens: number;
  readonly modelBytes: number;
}

/** Milliseconds a token. */
interface Pace {
  readonly slowest: number;
  readonly usual: number;
}

/** Says when a batch has run for too long: generously, from the speed of the batches before it. */
export class Deadlines {
  readonly #minMs: number;
  readonly #paces = new Map<string, Pace>();

  constructor(minMs: number) {
    this.#minMs = minMs;
  }

  /** Learns from a batch that came back. */
  observe(size: BatchSize, elapsedMs: number): void {
    const key = keyOf(size);
    const pace = elapsedMs / Math.max(1, size.tokens);
    const { slowest, usual } = this.#paces.get(key) ?? { slowest: pace, usual: pace };
    this.#paces.set(key, { slowest: Math.max(slowest, pace), usual: (usual + pace) / 2 });
  }

  /** Milliseconds that a batch takes at most, as far as those before it tell; null where there was none of its kind. */
  slowestMs(size: BatchSize): number | null {
    const pace = this.#paces.get(keyOf(size));
    return pace === undefined ? null : pace.slowest * size.tokens;
  }

  /** Milliseconds that a batch is likely to take, by the last ones of its kind; null where there was none. */
  usualMs(size: BatchSize): number | null {
    const pace = this.#paces.get(keyOf(size));
    return pace === undefined ? null : pace.usual * size.tokens;
  }

  /** Milliseconds after which a batch is taken for hung. */
  deadlineMs(size: BatchSize): number {
    const measured = this.slowestMs(size);
    const expected =
      measured === null ? (size.modelBytes / SLOWEST_BYTES_PER_MS) * size.tokens : measured * PATIENCE;
    return Math.max(this.#minMs, expected) + size.modelBytes / SLOWEST_READ_BYTES_PER_MS;
  }
}

function keyOf({ kind, modelBytes }: BatchSize): string {
  return `${kind}:${modelBytes}`;
}
