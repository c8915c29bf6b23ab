import { InferenceSession, Tensor } from 'onnxruntime-node';

/** One run's rows: token ids, mask over past and present, positions. */
export interface Rows {
  readonly ids: readonly (readonly number[])[];
  readonly mask: readonly (readonly number[])[];
  readonly positions: readonly (readonly number[])[];
}

type Values = Record<string, Tensor>;

/** A written model, opened the plain way: what a test needs to ask it. */
export class Decoder {
  readonly #session: InferenceSession;

  constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async open(file: string): Promise<Decoder> {
    return new Decoder(await InferenceSession.create(file, { logSeverityLevel: 3, intraOpNumThreads: 1 }));
  }

  /** Logits and cache; `past` is what an earlier run gave. */
  async run(rows: Rows, past: Values = {}): Promise<Values> {
    const feeds: Values = {
      input_ids: integers(rows.ids),
      attention_mask: integers(rows.mask),
      position_ids: integers(rows.positions),
    };
    for (const input of this.#session.inputMetadata) {
      if (!input.name.startsWith('past') || !input.isTensor) continue;
      const present = past[input.name.replace('past_key_values', 'present')];
      const [, heads = 0, , width = 0] = input.shape.map(Number);
      feeds[input.name] = present ?? emptyCache(input.type, [rows.ids.length, heads, 0, width]);
    }
    return this.#session.run(feeds);
  }

  /** Logits of one unpadded row, one array a token. */
  async logits(ids: readonly number[]): Promise<Float32Array[]> {
    return rowsOf((await this.run(plainRows(ids)))['logits']);
  }

  /** Greedy continuation of `count` tokens, one cached step a token. */
  async greedy(ids: readonly number[], count: number): Promise<number[]> {
    const made: number[] = [];
    let next: readonly number[] = ids;
    let past: Values = {};
    while (made.length < count) {
      const start = ids.length + made.length - next.length;
      past = await this.run(plainRows(next, start), past);
      const last = rowsOf(past['logits']).at(-1) ?? new Float32Array();
      next = [last.indexOf(Math.max(...last))];
      made.push(...next);
    }
    return made;
  }
}

/** One row whose first token stands at position `start`. */
export function plainRows(ids: readonly number[], start = 0): Rows {
  return {
    ids: [ids],
    mask: [Array.from({ length: start + ids.length }, () => 1)],
    positions: [ids.map((_, index) => start + index)],
  };
}

/** Logits [batch, sequence, vocabulary] as one array a token. */
export function rowsOf(logits: Tensor | undefined): Float32Array[] {
  const width = logits?.dims.at(-1) ?? 0;
  const data = logits?.data as Float32Array;
  return Array.from({ length: data.length / width }, (_, row) =>
    data.subarray(row * width, (row + 1) * width),
  );
}

/** The largest difference between two tables of numbers. */
export function largestDifference(
  actual: readonly ArrayLike<number>[],
  expected: readonly ArrayLike<number>[],
): number {
  if (actual.length !== expected.length) return Infinity;
  return Math.max(
    ...actual.flatMap((row, at) =>
      Array.from(row, (value, column) => Math.abs(value - Number(expected[at]?.[column]))),
    ),
  );
}

function integers(rows: readonly (readonly number[])[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(rows.flat().map(BigInt)), [
    rows.length,
    rows[0]?.length ?? 0,
  ]);
}

function emptyCache(type: string, dims: number[]): Tensor {
  return type === 'float16'
    ? new Tensor('float16', new Uint16Array(0), dims)
    : new Tensor('float32', new Float32Array(0), dims);
}
