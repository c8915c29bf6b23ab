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

/** Packs rows; spans keep the order of rows and, within a row, their own. */
export function packRows(rows: readonly Row[], { prefix, room } = { prefix: 0, room: 0 }): PackedRows {
  const spans = rows.flatMap((row, index) => row.spans.map((span) => ({ ...span, row: index })));
  return {
    prefix,
    room,
    tokens: concatenated(rows.map(({ tokens }) => tokens)),
    rowLengths: Uint32Array.from(rows, ({ tokens }) => tokens.length),
    rowGroups: Uint32Array.from(rows, ({ group }) => group),
    rowContexts: Uint32Array.from(rows, ({ context }) => context),
    spanRows: Uint32Array.from(spans, ({ row }) => row),
    spanFroms: Uint32Array.from(spans, ({ from }) => from),
    spanLengths: Uint32Array.from(spans, ({ targets }) => targets.length),
    targets: concatenated(spans.map(({ targets }) => targets)),
  };
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
