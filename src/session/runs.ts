import type { PackedRows } from './packed-rows.js';

/** Consecutive rows of a batch that go through the model at once, padded to `columns`. */
export interface Run {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstSpan: number;
  readonly endSpan: number;
  readonly columns: number;
}

// A row this much shorter than the first of its run begins another, once the run is worth a call.
const SHORTER = 0.9;
const WORTH_A_CALL = 8;

/** Cuts a batch's rows (longest first) into runs of like length and at most `maxTokens` padded tokens, at least a row each. */
export function cutRuns(rows: PackedRows, maxTokens: number): Run[] {
  const runs: Run[] = [];
  let span = 0;
  for (let firstRow = 0; firstRow < rows.rowLengths.length;) {
    const columns = rows.rowLengths[firstRow] ?? 1;
    const limit = Math.min(rows.rowLengths.length, firstRow + Math.max(1, Math.floor(maxTokens / columns)));
    let endRow = firstRow + 1;
    while (endRow < limit && fits(rows.rowLengths[endRow] ?? 0, columns, endRow - firstRow)) endRow++;
    const firstSpan = span;
    while (span < rows.spanRows.length && (rows.spanRows[span] ?? 0) < endRow) span++;
    runs.push({ firstRow, endRow, firstSpan, endSpan: span, columns });
    firstRow = endRow;
  }
  return runs;
}

function fits(length: number, columns: number, rowsBefore: number): boolean {
  return rowsBefore < WORTH_A_CALL || length >= SHORTER * columns;
}
