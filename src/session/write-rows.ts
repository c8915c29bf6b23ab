import { offsetsOf, type PackedRows } from './packed-rows.js';
import type { Run } from './runs.js';
import type { IdMatrix } from './tensors.js';

/** What a model takes of rows; null where it has no such input. */
interface RowMatrices {
  readonly ids: IdMatrix;
  readonly mask: IdMatrix | null;
  readonly positions: IdMatrix | null;
}

/** Writes the rows of a run into matrices of its height and columns, from the left; what is behind a row stays 0. */
export function writeRows(rows: PackedRows, run: Run, { ids, mask, positions }: RowMatrices): void {
  const starts = offsetsOf(rows.rowLengths);
  for (let row = run.firstRow; row < run.endRow; row++) {
    const line = row - run.firstRow;
    const [start = 0, end = 0] = [starts[row], starts[row + 1]];
    ids.put(line, 0, rows.tokens.subarray(start, end));
    mask?.fill(line, 0, end - start, 1);
    positions?.count(line, 0, end - start, 0);
  }
}
