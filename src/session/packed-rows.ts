import type { Row } from './score-layout.js';

/** Rows and spans as a handful of arrays, cheap to send to a worker. */
export interface PackedRows {
  /** So many tokens stand at the beginning of every row, the same in all. */
  readonly prefix: number;
  /** Several short rows may stand side by side in so many tokens. */
  readonly room: number;
  /** Ids of all rows, one after the other. */
  readonly tokens: Uint32Array;
  readonly rowLengths: Uint32Array;
  /** Rows with the same number begin with the same tokens, as many as `rowContexts` says (0: nothing is shared). */
  readonly rowGroups: Uint32Array;
  readonly rowContexts: Uint32Array;
  /** Row of every span, ascending. */
  readonly spanRows: Uint32Array;
  readonly spanFroms: Uint32Array;
  readonly spanLengths: Uint32Array;
  /** Target ids of all spans, one after the other. */
  readonly targets: Uint32Array;
}

/** Tokens of the longest row that the model takes; without a bound where none is told. */
export function longestRow({ prefix, room }: Pick<PackedRows, 'prefix' | 'room'>): number {
  return prefix + room || Number.POSITIVE_INFINITY;
}

/** Packs rows; spans keep the order of rows and, within a row, their own. The arrays lie in memory that threads share. */
export function packRows(rows: readonly Row[], { prefix, room } = { prefix: 0, room: 0 }): PackedRows {
  const spans = rows.flatMap(({ spans: own }, row) => own.map((span) => ({ span, row })));
  const arrays = sharedArrays({
    tokens: concatenated(rows.map(({ tokens }) => tokens)),
    rowLengths: rows.map(({ tokens }) => tokens.length),
    rowGroups: rows.map(({ group }) => group),
    rowContexts: rows.map(({ context }) => context),
    spanRows: spans.map(({ row }) => row),
    spanFroms: spans.map(({ span }) => span.from),
    spanLengths: spans.map(({ span }) => span.targets.length),
    targets: concatenated(spans.map(({ span }) => span.targets)),
  });
  return { prefix, room, ...arrays };
}

/** Lists of numbers below 2^32 as arrays in one piece of memory that threads share: a message only names them. */
export function sharedArrays<Name extends string>(
  lists: Readonly<Record<Name, ArrayLike<number>>>,
): Record<Name, Uint32Array> {
  const entries = Object.entries<ArrayLike<number>>(lists);
  const total = entries.reduce((sum, [, list]) => sum + list.length, 0);
  const memory = new Uint32Array(new SharedArrayBuffer(total * Uint32Array.BYTES_PER_ELEMENT));
  let offset = 0;
  const arrays = entries.map(([name, list]) => {
    const array = memory.subarray(offset, offset + list.length);
    array.set(list);
    offset += list.length;
    return [name, array];
  });
  return Object.fromEntries(arrays) as Record<Name, Uint32Array>;
}

/** Several id sequences as one. */
export function concatenated(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Where each of consecutive pieces of the given lengths begins; one entry more than pieces, the last the total. */
export function offsetsOf(lengths: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  for (let index = 0; index < lengths.length; index++) {
    offsets[index + 1] = (offsets[index] ?? 0) + (lengths[index] ?? 0);
  }
  return offsets;
}
